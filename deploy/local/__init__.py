"""The embedded default: the whole system on one machine, with nothing installed beside Python."""
