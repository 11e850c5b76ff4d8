"""Dauda's command line: every command, one file each in `commands`."""

import click

from commands.channels import channels
from commands.chat import chat
from commands.demo import demo
from commands.doctor import doctor
from commands.feeds import feeds
from commands.inventory import inventory
from commands.migrate import migrate
from commands.openapi import openapi
from commands.rooms import rooms
from commands.serve import serve
from commands.setup import setup
from commands.staff import staff
from commands.work import work

COMMANDS = (demo, setup, chat, serve, work, migrate, doctor, rooms, inventory, staff, channels, feeds, openapi)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dauda")
def main() -> None:
    """Dauda: a hotel's operations assistant by chat, and its channel manager."""


for command in COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
