"""The command line. Whatever keeps a command from working is one sentence on standard error and exit code 1, never a traceback."""

import sys
from pathlib import Path
from typing import Annotated

import typer

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Second opinions for cats, by chat.",
)


def main() -> None:
    """The console command."""
    try:
        cli()
    except Exception as error:
        if not _for_the_operator(error):
            raise
        typer.secho(str(error), fg="red", err=True)
        sys.exit(1)


def _for_the_operator(error: Exception) -> bool:
    """Errors whose words are sentences for the operator; by name, so that --help need not import every part."""
    names = {
        "WrongSetting",
        "WrongClinic",
        "StorageError",
        "InUse",
        "CannotErase",
        "NoSuchDoctor",
        "ShelfAway",
        "ShelfRefused",
        "CannotStart",
        "PortTaken",
        "NoSuchPoint",
        "WordsMissing",
        "ListRefused",
        "RulesRefused",
        "DemoFailed",
        "CannotPlay",
    }
    return type(error).__name__ in names


@cli.command()
def run(
    only: Annotated[
        list[str] | None, typer.Option(help="Parts to run: owner, staff, sms, payments, uploads, clock (default: all)")
    ] = None,
) -> None:
    """Runs the service until it is told to stop."""
    # structlog and httpx load it, where it is installed, for terminals that a service does not have: 6 MB for ever.
    vars(sys)["modules"].setdefault("rich", None)
    from app.logs import set_up_logs
    from app.parts import PARTS
    from app.run import run as run_service
    from app.settings import WrongSetting, load_settings

    unknown = set(only or ()) - set(PARTS)
    if unknown:
        raise WrongSetting(
            f"--only: {', '.join(sorted(unknown))} is no part; the parts are {', '.join(PARTS)}. Example: --only owner --only clock"
        )
    settings = load_settings()
    set_up_logs(settings.log_level)
    run_service(settings, tuple(only or ()))


@cli.command()
def migrate() -> None:
    """Makes the database, or brings it to this version."""
    from app.settings import load_settings
    from storage.migrate import migrate as bring_up

    bring_up(load_settings().database_url)
    typer.echo("The database is up to date.")


@cli.command()
def check() -> None:
    """Checks settings, clinic.toml, the database and the store of files without starting anything."""
    from app.clinic import load_clinic
    from app.settings import files_access, load_settings
    from flows.sms_countries import COUNTRIES
    from storage.engine import open_store
    from storage.shelf import open_shelf

    settings = load_settings()
    clinic = load_clinic(settings.clinic_file)
    open_store(settings.database_url).close()
    open_shelf(settings.files_url, files_access(settings))
    for country in clinic.sms if settings.twilio_account_sid else ():
        if COUNTRIES[country.country].sender == "register":
            typer.echo(
                f"Text messages to {country.country}: the sender has to be registered there, else they are filtered."
            )
    if settings.stripe_secret_key.get_secret_value():
        from payments.notices import KINDS, VERSION

        typer.echo(
            f"Payments by card: the webhook endpoint wants version {VERSION} and these events: {', '.join(KINDS)}."
        )
    typer.echo(f"All right: {clinic.name}, {len(clinic.doctors)} doctors, {settings.telegram_updates}.")


@cli.command()
def backup(target: Annotated[Path, typer.Argument(help="File to write; must not exist")]) -> None:
    """Copies a SQLite database safely while the service runs. For PostgreSQL use pg_dump."""
    from app.settings import load_settings
    from storage.backup import back_up

    settings = load_settings()
    size = back_up(settings.database_url, target)
    typer.echo(
        f"Written: {target} ({size:,} bytes). The records are not in it: they are in {settings.files_url}; see `second-look copy-files`."
    )


@cli.command()
def copy_files(
    folder: Annotated[Path, typer.Argument(help="Folder of the copy; what is there already is not copied again")],
) -> None:
    """Copies the records, from a folder or a bucket, while the service runs. After the database, never before it."""
    from app.settings import files_access, load_settings
    from storage.backup import copy_files as copy
    from storage.shelf import open_shelf

    settings = load_settings()
    done = copy(settings.database_url, open_shelf(settings.files_url, files_access(settings)), folder)
    typer.echo(f"Copied: {done.new} new files ({done.size:,} bytes); {done.gone} taken out that nobody needs any more.")
    if done.missing:
        typer.secho(
            f"{done.missing} files are missing or damaged in {settings.files_url}, and are not in the copy.",
            fg="red",
            err=True,
        )
        sys.exit(1)


@cli.command()
def erase(code: Annotated[str, typer.Argument(help="The code of any case of the person")]) -> None:
    """Erases everything about a person, as her own /erase does: for a wish by telephone or letter. Works while the service runs."""
    from app.erasing import erase as erase_person
    from app.settings import load_settings

    erase_person(load_settings(), code, typer.prompt, typer.echo)


@cli.command()
def calendar(
    doctor: Annotated[str, typer.Argument(help="The doctor's key in clinic.toml")],
    new: Annotated[
        bool, typer.Option("--new", help="Another address; the former one is worthless from now on")
    ] = False,
) -> None:
    """Prints the secret address of a doctor's own calendar of booked calls, to subscribe to. Works while the service runs."""
    from app.feeds import feed_address
    from app.settings import load_settings

    typer.echo(feed_address(load_settings(), doctor, new))


@cli.command()
def enrol(doctor: Annotated[str, typer.Argument(help="The doctor's key in clinic.toml")]) -> None:
    """Prints a one-time code: whoever sends it to the staff bot within a day counts as this doctor. Works while the service runs."""
    from app.enrolment import enrol as enrol_doctor
    from app.settings import load_settings

    typer.echo(enrol_doctor(load_settings(), doctor))


@cli.command()
def dismiss(doctor: Annotated[str, typer.Argument(help="The doctor's key in clinic.toml")]) -> None:
    """Takes a doctor's right to decide away, at once. Works while the service runs."""
    from app.enrolment import dismiss as dismiss_doctor
    from app.settings import load_settings

    typer.echo(dismiss_doctor(load_settings(), doctor))


@cli.command(name="settings")
def settings_example() -> None:
    """Prints every setting with its meaning (this is .env.example)."""
    from app.settings import example_env

    typer.echo(example_env(), nl=False)


@cli.command()
def listen() -> None:
    """Reads texts from standard input, one a line, and prints red, amber or none, a tab, and the ids of the signs heard."""
    from flows.listening import line

    for text in sys.stdin:
        typer.echo(line(text.rstrip("\n")))


@cli.command()
def play(
    language: Annotated[str, typer.Option(help="en or zh_Hant; chosen in the talk where it is not given")] = "",
    save: Annotated[Path | None, typer.Option(help="Write the talk here as a scenario; must not exist")] = None,
    clinic: Annotated[Path | None, typer.Option(help="Another clinic than that of the scenarios")] = None,
) -> None:
    """Talks to the flows alone in the terminal: no network, no database."""
    from app.clock import machine_clock
    from app.rehearsal import talk as rehearsal

    if language not in ("", *rehearsal.LANGUAGE_BUTTONS):
        raise rehearsal.CannotPlay(f"--language: {language} is no language; en or zh_Hant")
    if save:
        rehearsal.check_target(save)
    played = rehearsal.begin(machine_clock(), clinic, save)
    try:
        rehearsal.talk(played, language, input, typer.echo)
    finally:  # Ctrl-C ends a talk as well
        if save:
            rehearsal.save_to(played, save)
            typer.echo(f"Written: {save}")


@cli.command()
def demo(
    autoplay: Annotated[bool, typer.Option("--autoplay", help="Play one whole story in the terminal and exit")] = False,
    port: Annotated[int, typer.Option(help="Port of the sandbox page")] = 8090,
    language: Annotated[str, typer.Option(help="en or zh_Hant, for --autoplay")] = "en",
    database_url: Annotated[str, typer.Option(help="Another database than a fresh SQLite file")] = "",
) -> None:
    """Everything on this machine: the service, and a sandbox page where one person plays owner, doctors and phone."""
    from app.demo import run_demo

    sys.exit(run_demo(autoplay=autoplay, port=port, language=language, database_url=database_url))


if __name__ == "__main__":
    main()
