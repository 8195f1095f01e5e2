"""The one script Streamlit runs."""
