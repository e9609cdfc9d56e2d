"""Entry of the web app from the source tree: ``streamlit run app.py``."""

from kickform.app.router import run

run()
