"""Decision to words: terminal, Markdown, HTML, annotations and step outputs. Every place has one
escaper.
"""
