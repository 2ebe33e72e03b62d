#!/bin/sh
# Gives the tests a Chromium and prints where it is: one that is there, else Debian's. Root installs that; anybody
# else gets it unpacked, with the libraries the machine lacks, below the folder named as the first argument. The
# second names the program of Playwright's that drives it, which needs a library that the smallest Debian lacks.
set -eu

folder=${1:?the folder to unpack into}
driver=${2:-}
found=

works() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

driven() {
    [ -z "$driver" ] || LD_LIBRARY_PATH=$(cat "$folder/libraries" 2>/dev/null) "$driver" --version >/dev/null 2>&1
}

give_up() {
    cat >&2 <<END
The tests of the web page need Chromium and libatomic: $1.
Install it, on Debian by: apt-get install --no-install-recommends chromium libatomic1
or set BAODUOSHAO_CHROMIUM to the program of a Chromium or Chrome that you have.
END
    exit 1
}

if [ -n "${BAODUOSHAO_CHROMIUM:-}" ]; then
    works "$BAODUOSHAO_CHROMIUM" || give_up "BAODUOSHAO_CHROMIUM names $BAODUOSHAO_CHROMIUM, which does not run"
    found=$BAODUOSHAO_CHROMIUM
fi
if [ -z "$found" ]; then
    # Else it is of another place or machine.
    [ ! -e "$folder/run" ] || works "$folder/run" || rm -rf "$folder"
    for program in "$folder/run" chromium chromium-browser google-chrome google-chrome-stable; do
        if works "$program"; then
            found=$(command -v "$program")
            break
        fi
    done
fi

wanted=
[ -n "$found" ] || wanted=chromium
driven || wanted="libatomic1 $wanted"
if [ -z "$wanted" ]; then
    echo "$found"
    exit
fi

command -v apt-get >/dev/null && command -v dpkg >/dev/null || give_up "there is no apt-get to fetch them with"
export DEBIAN_FRONTEND=noninteractive

# What is wanted are several names: they are not quoted.
if [ "$(id -u)" = 0 ]; then
    echo "Installing $wanted, which takes about a minute" >&2
    # A source that cannot be reached need not be the one that has it.
    apt-get update --quiet=2 >/dev/null || true
    told=$(apt-get install --yes --quiet=2 --no-install-recommends $wanted 2>&1 >/dev/null) || {
        echo "$told" >&2
        give_up "apt-get could not install them"
    }
    found=${found:-$(command -v chromium)} || give_up "apt-get installed none"
else
    # All anew, so that nothing is left of another time; what the machine has itself is not fetched.
    [ "$found" != "$folder/run" ] || found=
    wanted=libatomic1
    [ -n "$found" ] || wanted="$wanted chromium"
    echo "Unpacking $wanted into $folder, which takes about a minute" >&2
    rm -rf "$folder"
    mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
    folder=$(cd "$folder" && pwd)

    apt() {
        apt-get --quiet=2 --no-install-recommends -o Debug::NoLocking=1 -o Acquire::Languages=none \
            -o Dir::State="$folder/apt/state" -o Dir::State::status=/var/lib/dpkg/status \
            -o Dir::Cache="$folder/apt/cache" "$@"
    }

    apt update >/dev/null || true
    packages=$(apt install --simulate $wanted | sed -n 's/^Inst \([^ ]*\).*/\1/p')
    [ -n "$packages" ] || give_up "apt-get knows no packages of these names"
    (cd "$folder/apt" && apt download $packages >/dev/null) || give_up "apt-get could not download them"
    for package in "$folder"/apt/*.deb; do
        dpkg --extract "$package" "$folder"
    done
    rm -r "$folder/apt"

    find "$folder" -name '*.so*' ! -type d | sed 's|/[^/]*$||' | sort -u | paste -s -d : >"$folder/libraries"
    if [ -z "$found" ]; then
        found=$folder/run
        cat >"$found" <<END
#!/bin/sh
LD_LIBRARY_PATH='$(cat "$folder/libraries")' exec '$folder/usr/lib/chromium/chromium' "\$@"
END
        chmod +x "$found"
    fi
fi
works "$found" || give_up "$found does not run: $("$found" --version 2>&1 | tail -n 3)"
driven || give_up "$driver does not run: $("$driver" --version 2>&1 | tail -n 3)"
echo "$found"
