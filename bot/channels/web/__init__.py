"""The web: the chat page, and the policy library as pages. Turns requests into events, replies into HTML."""
