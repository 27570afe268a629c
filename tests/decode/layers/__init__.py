"""Tests of the layers, mostly against scapy."""
