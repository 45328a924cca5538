"""HTML into PDF or PNG at true scale, with what every sheet of ours needs: letters, a QR code, a turn at the press."""

TOO_LONG = 3
"""The press's exit status where a picture would need more pages than it holds."""
