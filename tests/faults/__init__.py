"""The whole service as real processes, hit by what can go wrong; a peer for a network, a judge afterwards."""
