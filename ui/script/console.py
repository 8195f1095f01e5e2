"""What Streamlit runs. It lies apart from ``pages/``: beside that folder Streamlit would open pages past the sign-in."""

from ui.app import show

show()
