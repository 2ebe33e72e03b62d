"""The files to deploy with are parsed, not started; they agree with the program and with each other."""

import os
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import BaseRoute, Route
from support import warm
from support.postgres import installed_binaries

from bot.channels.telegram import Telegram, Webhook
from bot.channels.web import Site, Web
from bot.service.metrics import Metrics
from bot.serving.operations import Readiness, operations
from bot.settings import Settings

from .reading import (
    CHECKOUT,
    DEPLOY,
    Unit,
    UnknownCommandError,
    caddyfile,
    compose,
    compose_with_telegram,
    environment_of,
    runbook,
    runbook_commands,
    seconds,
    stages,
    understood,
    unit,
)

INSIDE = ("/metrics", "/readyz")
APPS = ("ingest", "worker")
PREFIXES = ("BAODUOSHAO_", "DATABASE_", "TELEGRAM_")
TEXTS = {
    path.relative_to(DEPLOY).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file() and "secrets" not in path.parts and path.name != ".env"
}
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def defaults() -> dict[str, Any]:
    """Return what each environment variable of the program stands at when it isn't set."""
    return {
        note.name: field.default
        for field in Settings.model_fields.values()
        for note in field.metadata
        if hasattr(note, "read")
    }


def the_unit(*additions: str) -> Unit:
    return unit(TEXTS["baoduoshao.service"], *(TEXTS[f"baoduoshao.service.d/{name}"] for name in additions))


def environments() -> dict[str, dict[str, str]]:
    """Return the variables of each place where the program runs."""
    image = stages()[-1].environment
    services, beside = compose()["services"], compose_with_telegram()["services"]
    return {
        "unit": environment_of(the_unit()["Service"]),
        "unit with postgresql": environment_of(the_unit("postgresql.conf")["Service"]),
        "unit with telegram": environment_of(the_unit("telegram.conf")["Service"]),
        "image": image,
        **{name: {**image, **services[name]["environment"]} for name in APPS},
        **{f"{name} with telegram": {**image, **beside[name]["environment"]} for name in APPS},
    }


def ours(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(PREFIXES)}


def routes() -> set[str]:
    """Return the paths that are served with everything set, their variable parts in braces."""
    token = "123456:abcdefghijklmnopqrstuvwxyz0123456789"
    webhook = Webhook("https://chat.example.org", "0123456789abcdef")
    site = Site("https://chat.example.org", ("https://www.example.org",))

    async def readiness() -> Readiness:
        return Readiness(True, "ok", "", 0.0)

    served: list[BaseRoute] = [
        *operations(Metrics(["web"]), lambda: True, readiness),
        *Web(warm.app, site).routes,
        *Telegram(warm.app, token, "http://127.0.0.1:9", webhook).routes,
    ]
    return {route.path for route in served if isinstance(route, Route)}


@pytest.mark.parametrize("file", TEXTS)
def test_every_variable_named_is_a_setting_that_the_program_reads(file: str) -> None:
    named = set(re.findall(r"\b(?:BAODUOSHAO|DATABASE|TELEGRAM)_[A-Z_]*[A-Z]", TEXTS[file]))
    known = {name for variable in defaults() for name in (variable, f"{variable}_FILE")}
    assert named - known == set()


def test_the_places_together_name_settings_at_all() -> None:
    assert {
        name: len(ours(environment)) > 2 for name, environment in environments().items()
    } == dict.fromkeys(environments(), True)


@pytest.mark.parametrize("place", environments())
def test_no_setting_is_given_both_as_a_value_and_as_a_file(place: str) -> None:
    given = {name for name, value in environments()[place].items() if value}
    assert {name for name in given if f"{name}_FILE" in given} == set()


@pytest.mark.parametrize("place", [place for place in environments() if place.split()[0] not in APPS])
def test_the_program_takes_the_settings_of_each_place(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIXES)]:
        monkeypatch.delenv(name)
    for name, value in ours(environments()[place]).items():
        # A file of secrets is there only once it runs.
        if not name.endswith("_FILE"):
            monkeypatch.setenv(name, value.replace("%S", "/var/lib"))
    Settings()


def command_lines() -> list[list[str]]:
    services = compose()["services"]
    [started] = the_unit()["Service"]["ExecStart"]
    return [
        stages()[-1].exec_form("CMD"),
        ["baoduoshao", *started.split()[1:]],
        *(services[name]["command"] for name in APPS),
        *(["baoduoshao", *words] for words in runbook_commands()),
    ]


@pytest.mark.parametrize("words", command_lines(), ids=" ".join)
def test_every_command_line_is_one_that_the_program_knows(words: list[str]) -> None:
    program, *rest = words
    assert program in PROJECT["project"]["scripts"]
    understood(rest)


def test_an_unknown_command_or_option_would_be_noticed() -> None:
    for wrong in (["server"], ["policy", "chekc"], ["policy", "show"], ["chat", "--town", "hengyang"], []):
        with pytest.raises(UnknownCommandError):
            understood(wrong)


def test_the_runbook_shows_the_commands_that_operators_need() -> None:
    shown = {" ".join(words[:2]) for words in runbook_commands()}
    assert {"config", "policy check", "unanswered export", "feedback export", "serve", "chat"} <= shown


def test_each_role_is_started() -> None:
    services = compose()["services"]
    assert [services[name]["command"][-2:] for name in APPS] == [["--role", name] for name in APPS]


def ignored(path: str) -> bool:
    """Tell whether the image's ignore file keeps a path out; the last line that fits decides."""
    kept_out = False
    for line in TEXTS["Dockerfile.dockerignore"].splitlines():
        pattern = line.strip().removeprefix("!")
        if pattern and not pattern.startswith("#"):
            parts = path.split("/")
            prefixes = ["/".join(parts[: end + 1]) for end in range(len(parts))]
            anywhere = pattern.startswith("**/") and pattern[3:] in parts
            if anywhere or any(fnmatch(prefix, pattern) for prefix in prefixes):
                kept_out = not line.startswith("!")
    return kept_out


def copied() -> list[str]:
    values = [value for stage in stages() for value in stage.values("COPY") if "--from=" not in value]
    return [source for value in values for source in value.split()[:-1]]


def test_what_is_copied_into_the_image_exists_and_is_not_ignored() -> None:
    assert copied()
    assert [path for path in copied() if not (CHECKOUT / path).exists() or ignored(path)] == []


def test_the_image_gets_all_that_the_package_is_built_from() -> None:
    project, wheel = PROJECT["project"], PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", "uv.lock", project["readme"], *project["license-files"]}
    assert {*needed, *wheel["packages"], *wheel["force-include"]} == set(copied())


@pytest.mark.parametrize(
    "path", ["deploy/secrets/database_url", ".git/config", ".venv/bin/python", ".env", "bot/__pycache__"]
)
def test_what_is_private_or_large_stays_out_of_the_image(path: str) -> None:
    assert ignored(path)


def test_copies_between_stages_come_from_stages_that_exist() -> None:
    names = [stage.name for stage in stages()]
    taken = [re.findall(r"--from=(\S+)", value) for stage in stages() for value in stage.values("COPY")]
    assert {name for [name] in filter(None, taken)} == set(names[:-1])


def test_the_packages_are_the_locked_ones() -> None:
    syncs = [value for stage in stages() for value in stage.values("RUN") if "uv sync" in value]
    assert len(syncs) == 2
    for value in syncs:
        assert "--frozen --no-dev --extra postgres" in value
    assert "postgres" in PROJECT["project"]["optional-dependencies"]


def test_every_image_is_pinned_to_a_version() -> None:
    images = [stage.base for stage in stages()]
    images += [service["image"] for service in compose()["services"].values()]
    assert [image for image in images if not re.search(r":\d+\.\d+(\.\d+)?(-[\w.-]+)?$", image)] == []
    own = {compose()["services"][name]["image"] for name in APPS}
    assert own == {f"baoduoshao:{PROJECT['project']['version']}"}


def test_the_image_runs_as_an_ordinary_user_and_hears_signals() -> None:
    final = stages()[-1]
    [user] = final.values("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    order = [name for name, _ in final.instructions]
    assert order.index("USER") > max(place for place, name in enumerate(order) if name in ("RUN", "COPY"))
    assert final.exec_form("CMD")[0] == "baoduoshao"  # itself, not a shell, is process 1
    assert final.values("STOPSIGNAL") == ["SIGTERM"]
    assert "ENTRYPOINT" not in order


def test_the_unit_runs_as_an_ordinary_user_stops_gently_and_reloads() -> None:
    service = the_unit()["Service"]
    assert service["User"] not in ([], ["root"], ["0"])
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["KillSignal"] == ["SIGTERM"]
    assert service["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert service["Restart"] == ["on-failure"]
    [state] = service["StateDirectory"]
    assert environment_of(service)["DATABASE_URL"].startswith(f"sqlite:///%S/{state}/")


def test_the_unit_hands_secrets_over_as_credentials() -> None:
    service = the_unit("postgresql.conf")["Service"]
    loaded = {f"%d/{line.partition(':')[0]}" for line in service["LoadCredential"]}
    files = {value for name, value in environment_of(service).items() if name.endswith("_FILE")}
    assert files == loaded != set()


def test_there_is_time_to_stop_before_being_killed() -> None:
    services = compose()["services"]
    usual = int(defaults()["BAODUOSHAO_STOP_SECONDS"])
    [unit_stop] = the_unit()["Service"]["TimeoutStopSec"]
    graces = {"unit": unit_stop, **{name: services[name]["stop_grace_period"] for name in APPS}}
    for place, grace in graces.items():
        own = int(environments()[place]["BAODUOSHAO_STOP_SECONDS"])
        assert seconds(grace) >= max(own, usual) + 10


def test_the_health_check_asks_for_a_path_and_port_that_are_served() -> None:
    final = stages()[-1]
    [check] = final.values("HEALTHCHECK")
    assert final.exec_form("HEALTHCHECK")[0] == "python"
    [(port, path)] = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert port == final.environment["BAODUOSHAO_PORT"] == final.values("EXPOSE")[0]
    assert path in routes()


def test_every_path_of_the_runbook_is_served() -> None:
    served = {*INSIDE, "/healthz", "/telegram"}
    assert served <= routes()
    assert set(re.findall(r"^\| `(/\w+)` \|", runbook(), re.MULTILINE)) == served


def test_whoever_brings_or_sends_for_telegram_reaches_it() -> None:
    for name in APPS:
        service = compose_with_telegram()["services"][name]
        assert "front" in service["networks"]
        assert {"telegram_token", "telegram_webhook_secret"} <= set(service["secrets"])


def test_there_are_replicas_and_each_container_is_closed() -> None:
    services = compose()["services"]
    assert services["worker"]["deploy"]["replicas"] >= 2
    for service in services.values():
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"
        assert "privileged" not in service
    for name in (*APPS, "proxy"):
        assert services[name]["cap_drop"] == ["ALL"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = compose()["services"]
    assert [
        name for name, service in services.items() if "ports" in service or "network_mode" in service
    ] == ["proxy"]
    assert services["postgres"]["networks"] == ["inside"]
    assert "inside" not in services["proxy"]["networks"]
    assert compose()["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("file", [compose(), compose_with_telegram()], ids=["alone", "with telegram"])
def test_whatever_a_service_names_is_declared(file: dict[str, Any]) -> None:
    for kind in ("networks", "secrets"):
        named = {name for service in file["services"].values() for name in service.get(kind, [])}
        assert named == set(file[kind])
    sources = {
        volume.split(":")[0] for each in file["services"].values() for volume in each.get("volumes", [])
    }
    assert {source for source in sources if not source.startswith(".")} == set(file["volumes"])
    for service in file["services"].values():
        for other, wish in service.get("depends_on", {}).items():
            assert wish == {"condition": "service_healthy"}
            assert "healthcheck" in file["services"][other] or "build" in file["services"][other]


def test_what_is_mounted_or_built_from_exists_in_the_checkout() -> None:
    services = compose()["services"]
    mounted = [volume.split(":") for service in services.values() for volume in service.get("volumes", [])]
    ours_only = [(source, mode) for source, _, *mode in mounted if source.startswith(".")]
    assert ours_only
    for source, mode in ours_only:
        assert (DEPLOY / source).exists()
        assert mode == ["ro"]
    for name in APPS:
        build = services[name]["build"]
        assert (DEPLOY / build["context"]).resolve() == CHECKOUT
        assert (CHECKOUT / build["dockerfile"]).is_file()
        assert services[name]["environment"]["BAODUOSHAO_POLICIES"] in {target for _, target, *_ in mounted}


@pytest.mark.parametrize("file", [compose(), compose_with_telegram()], ids=["alone", "with telegram"])
def test_secrets_come_from_files_that_git_leaves_alone(file: dict[str, Any]) -> None:
    paths = [DEPLOY / secret["file"] for secret in file["secrets"].values()]
    answer = subprocess.run(
        ["git", "-C", CHECKOUT, "check-ignore", *map(Path.resolve, paths), DEPLOY / ".env"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert len(answer.stdout.splitlines()) == len(paths) + 1
    used = {
        Path(value).name
        for service in file["services"].values()
        for name, value in service.get("environment", {}).items()
        if name.endswith("_FILE")
    }
    assert used == set(file["secrets"])


def test_no_file_holds_a_secret_in_plain_text() -> None:
    for name, text in TEXTS.items():
        for found in re.findall(r"[a-z]+://[^\s/:'\"]+:([^\s@'\"]+)@", text):
            assert found in ("%s", "password"), name
        # Only the place of a secret is named, never what it is.
        for key, value in re.findall(
            r"(?i)\b(\w*(?:password|token|secret|key))\s*[=:][ \t]*([^\s\[|]+)", text
        ):
            is_path = key.upper().endswith("_FILE") or value.startswith("/etc/baoduoshao/")
            assert is_path or not value or name == "README.md", (name, key)


def test_the_proxy_passes_named_paths_only_and_none_that_stays_inside() -> None:
    [(options, _), (site, block)] = caddyfile().lines
    assert (options, site) == ([], ["{$SITE_ADDRESS}"])
    assert block is not None
    assert "SITE_ADDRESS" in compose()["services"]["proxy"]["environment"]
    [(matcher, _)] = [(words, inner) for words, inner in block.lines if words[0] == "@public"]
    paths = matcher[2:]
    assert matcher[1] == "path"
    assert paths
    assert [path for path in paths if not any(fnmatch(route, path) for route in routes())] == []
    passing_on = {route for route in routes() for path in paths if fnmatch(route, path)}
    assert passing_on == routes() - {*INSIDE}
    (passing, passed), (rest, refused) = block.named("handle")
    assert (passing, rest) == (["@public"], [])
    assert passed is not None
    assert refused is not None
    assert refused.lines == [(["respond", "404"], None)]
    port = stages()[-1].environment["BAODUOSHAO_PORT"]
    assert passed.named("reverse_proxy") == [([f"ingest:{port}"], None)]
    assert [words[0] for words in block.walk()].count("reverse_proxy") == 1
    assert {words[0] for words, _ in block.lines} == {"@public", "handle"}


def test_the_database_is_the_postgresql_that_the_tests_run_on() -> None:
    told = subprocess.run(
        [installed_binaries() / "postgres", "--version"], capture_output=True, check=True, text=True
    ).stdout
    tested = re.findall(r" (\d+)\.", told)
    assert re.findall(r":(\d+)\.", compose()["services"]["postgres"]["image"]) == tested


def test_the_runbook_explains_every_metric_and_no_other() -> None:
    metrics = Metrics(["terminal"])
    families = text_string_to_metric_families(metrics.text().decode())
    kept = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    told = set(re.findall(r"^\| `(baoduoshao_\w+)` \|", runbook(), re.MULTILINE))
    # When a series was created stands in lines of its own, which are no figures.
    assert told == {name for name in kept if not name.endswith("_created")}


def test_every_file_the_runbook_lists_is_there_and_the_other_way_round() -> None:
    listed = {
        name
        for line in runbook().splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    files = {name for name in listed if not name.startswith(("/", "baoduoshao_"))}
    assert files == set(TEXTS) - {"README.md", ".gitignore"}


def test_the_readers_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="stands more than once"):
        compose("services: {a: {image: x, image: y}}")
    with pytest.raises(yaml.YAMLError):
        compose("services: [")
    with pytest.raises(ValueError, match="no line of a unit"):
        unit("[Service]\nExecStart")
    with pytest.raises(ValueError, match="brace"):
        caddyfile("a {\n")
    with pytest.raises(ValueError, match="no span"):
        seconds("soon")
