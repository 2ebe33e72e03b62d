"""What people get: the wheel, built from the sdist, in a virtual environment that holds nothing else."""

import email
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.settings import DataFolder, data_folder

pytestmark = pytest.mark.network

CHECKOUT = Path(__file__).resolve().parent.parent
UV = [sys.executable, "-m", "uv", "--quiet"]
DATA: dict[DataFolder, frozenset[str]] = {
    "policies": frozenset({".yaml"}),
    "intents": frozenset({".yaml", ".json", ".jsonl"}),
    "templates": frozenset({".css", ".html", ".j2", ".js", ".svg", ".ttf", ".txt"}),
}


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    """Run a program as a person elsewhere would, without what this test run or its checkout has set."""
    strange = ("BAODUOSHAO_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    result = subprocess.run(
        command,
        cwd=folder,
        env={**environment, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, (
        f"{command} ended with {result.returncode}:\n{result.stdout}{result.stderr}"
    )
    return result.stdout


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder of the checkout, by their path within it; Python's own leavings aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def files_of_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


@dataclass(frozen=True)
class Distribution:
    sdist: Path
    wheel: Path
    direct_wheel: Path

    @property
    def about(self) -> str:
        """The folder of the wheel's metadata."""
        name, version, *_ = self.wheel.name.split("-")
        return f"{name}-{version}.dist-info"

    @property
    def wheel_files(self) -> dict[str, bytes]:
        return files_of_wheel(self.wheel)


@dataclass(frozen=True)
class Installation:
    environment: Path
    elsewhere: Path

    def run(self, *command: str, **variables: str) -> str:
        program, *arguments = command
        return run(self.environment / "bin" / program, *arguments, folder=self.elsewhere, **variables)

    def python(self, program: str, **variables: str) -> str:
        return self.run("python", "-c", program, **variables).strip()


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    folder = tmp_path_factory.mktemp("built")
    build: tuple[str | Path, ...] = (*UV, "build", "--python", sys.executable, CHECKOUT, "--out-dir")
    run(*build, folder / "dist", folder=folder)  # the sdist, and from that the wheel
    run(*build, folder / "direct", "--wheel", folder=folder)  # as an installation from the checkout does
    [sdist], [wheel] = folder.glob("dist/*.tar.gz"), folder.glob("dist/*.whl")
    [direct_wheel] = folder.glob("direct/*.whl")
    return Distribution(sdist, wheel, direct_wheel)


@pytest.fixture(scope="session")
def installation(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installed")
    environment, locked, elsewhere = folder / "environment", folder / "locked.txt", folder / "far" / "away"
    elsewhere.mkdir(parents=True)
    export = ["export", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes"]
    locked.write_text(run(*UV, *export, folder=CHECKOUT), encoding="utf-8")
    run(*UV, "venv", "--python", sys.executable, environment, folder=elsewhere)
    target = ("--python", environment, "--constraint", locked)
    run(*UV, "pip", "install", *target, distribution.wheel, folder=elsewhere)
    return Installation(environment, elsewhere)


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(distribution: Distribution) -> None:
    expected = {f"bot/{name}": content for name, content in files_below(CHECKOUT / "bot").items()}
    for folder in DATA:
        for name, content in files_below(CHECKOUT / folder).items():
            expected[f"bot/_data/{folder}/{name}"] = content
    about = distribution.about
    metadata = {f"{about}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    metadata.add(f"{about}/licenses/LICENSE")

    found = distribution.wheel_files
    assert sorted(found) == sorted({*expected, *metadata})
    assert {name: found[name] for name in expected} == expected


def test_the_wheel_is_the_same_with_and_without_the_sdist_between(distribution: Distribution) -> None:
    assert files_of_wheel(distribution.direct_wheel) == distribution.wheel_files


@pytest.mark.parametrize("folder", DATA)
def test_a_data_folder_holds_only_files_of_its_kind(folder: DataFolder) -> None:
    files = files_below(CHECKOUT / folder)
    assert files
    assert [
        name for name in files if Path(name).suffix not in DATA[folder] or Path(name).name.startswith(".")
    ] == []


def test_the_wheel_tells_its_licence_and_carries_policies_and_templates(distribution: Distribution) -> None:
    files = distribution.wheel_files
    metadata = email.message_from_bytes(files[f"{distribution.about}/METADATA"])
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE"]
    licence = files[f"{distribution.about}/licenses/LICENSE"]
    assert licence == (CHECKOUT / "LICENSE").read_bytes()
    assert licence.startswith(b"MIT License\n")
    for folder in ("policies", "templates"):
        assert any(name.startswith(f"bot/_data/{folder}/") for name in files)


def test_the_sdist_holds_no_tests_and_no_tools(distribution: Distribution) -> None:
    with tarfile.open(distribution.sdist) as sdist:
        tops = {name.split("/")[1] for name in sdist.getnames()}
    own = {"bot", "policies", "intents", "templates", "LICENSE", "README.md", "pyproject.toml"}
    assert own <= tops
    assert tops - own <= {"README.zh-CN.md", ".gitignore", "PKG-INFO"}


def test_the_installed_command_tells_how_to_use_it(installation: Installation) -> None:
    assert "estimate" in installation.run("baoduoshao", "--help")


def test_the_installed_package_is_not_the_checkout(installation: Installation) -> None:
    package = Path(installation.python("import bot; print(bot.__path__[0])"))
    assert package.is_relative_to(installation.environment)
    assert not package.is_relative_to(CHECKOUT)


@pytest.mark.parametrize("folder", DATA)
def test_the_installed_data_is_that_of_the_checkout_byte_for_byte(
    folder: DataFolder, installation: Installation
) -> None:
    program = f"from bot.settings import data_folder; print(data_folder({folder!r}))"
    installed = Path(installation.python(program))
    assert installed.is_relative_to(installation.environment)
    assert files_below(installed) == files_below(data_folder(folder))


def test_the_installed_package_needs_no_time_zones_of_the_operating_system(
    installation: Installation,
) -> None:
    program = "from bot.settings import Settings; print(Settings().today())"
    assert date.fromisoformat(installation.python(program, PYTHONTZPATH=""))


def test_the_installed_command_works_out_a_stay_in_hospital(installation: Installation) -> None:
    case = "benefit=inpatient city=hengyang date=2024-05-01 insurance=employee status=retired"
    stay = "hospital_level=level3 eligible_cost=20000"
    answer = json.loads(installation.run("baoduoshao", "estimate", "--json", *case.split(), *stay.split()))
    assert (answer["outcome"], answer["amount"]) == ("ok", "16443.00")
