"""The web app: Streamlit pages and components. The only part of KickForm that imports streamlit."""
