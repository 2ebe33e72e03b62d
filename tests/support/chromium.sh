#!/bin/sh
# Gives the tests a Chromium and prints where it is: one that is there, else Debian's. Root installs that; anybody
# else gets it unpacked, with the libraries the machine lacks, below the folder named as the first argument.
set -eu

folder=${1:?the folder to unpack into}

works() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

give_up() {
    cat >&2 <<END
The tests of the web page need Chromium: $1.
Install it, on Debian by: apt-get install --no-install-recommends chromium
or set BAODUOSHAO_CHROMIUM to the program of a Chromium or Chrome that you have.
END
    exit 1
}

if [ -n "${BAODUOSHAO_CHROMIUM:-}" ]; then
    works "$BAODUOSHAO_CHROMIUM" || give_up "BAODUOSHAO_CHROMIUM names $BAODUOSHAO_CHROMIUM, which does not run"
    echo "$BAODUOSHAO_CHROMIUM"
    exit
fi
works "$folder/run" || rm -rf "$folder" # of another place or machine
for program in "$folder/run" chromium chromium-browser google-chrome google-chrome-stable; do
    found=$(command -v "$program") || continue
    if works "$found"; then
        echo "$found"
        exit
    fi
done

command -v apt-get >/dev/null && command -v dpkg >/dev/null || give_up "there is none, and no apt-get to fetch it with"
export DEBIAN_FRONTEND=noninteractive

if [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium, which takes about a minute" >&2
    # A source that cannot be reached need not be the one that has it.
    apt-get update --quiet=2 >/dev/null || true
    apt-get install --yes --quiet=2 --no-install-recommends chromium >/dev/null || give_up "apt-get could not install it"
    works chromium || give_up "the one that apt-get installed does not run"
    command -v chromium
    exit
fi

echo "Unpacking Chromium into $folder, which takes about a minute" >&2
mkdir -p "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
folder=$(cd "$folder" && pwd)

apt() {
    apt-get --quiet=2 --no-install-recommends -o Debug::NoLocking=1 -o Acquire::Languages=none \
        -o Dir::State="$folder/apt/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$folder/apt/cache" "$@"
}

apt update >/dev/null || true
packages=$(apt install --simulate chromium | sed -n 's/^Inst \([^ ]*\).*/\1/p')
[ -n "$packages" ] || give_up "apt-get knows no package of that name"
# The names of packages hold no blanks.
(cd "$folder/apt" && apt download $packages >/dev/null) || give_up "apt-get could not download it"
for package in "$folder"/apt/*.deb; do
    dpkg --extract "$package" "$folder"
done
rm -r "$folder/apt"

libraries=$(find "$folder" -name '*.so*' ! -type d | sed 's|/[^/]*$||' | sort -u | paste -s -d :)
cat >"$folder/run" <<END
#!/bin/sh
LD_LIBRARY_PATH='$libraries' exec '$folder/usr/lib/chromium/chromium' "\$@"
END
chmod +x "$folder/run"
works "$folder/run" || give_up "the one that was unpacked does not run: $("$folder/run" --version 2>&1 | tail -n 3)"
echo "$folder/run"
