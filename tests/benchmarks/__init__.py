"""How fast and how large: `python -m tests.benchmarks` prints all figures side by side, beside their targets.

Nothing here fails for being slow: a figure depends on the machine and on what else it does. What is compared
is measured in turns in one run, so that both sides meet the same noise.
"""
