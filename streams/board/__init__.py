"""The board: what an editor sees. Pure view functions from records to values, and pages made of them; nothing here reads or writes."""
