"""The Streamlit entry: the frame around the pages, nothing else."""

import streamlit as st

from ui.session import ask_language, ask_reviewer, language
from ui.wording import say

st.set_page_config(page_title="adcheck", layout="wide")
with st.sidebar:
    ask_language("Ngôn ngữ · Language")
    ask_reviewer(say(language(), "console.reviewer"))
pages = [
    st.Page("pages/waiting.py", title=say(language(), "console.queue"), url_path="queue", default=True),
    st.Page("pages/case.py", title=say(language(), "report.the_ad"), url_path="case", visibility="hidden"),
]
st.navigation(pages).run()
