"""Entry of the web app from an installed package: ``kickform app`` serves this file."""

from kickform.app.router import run

run()
