"""The parts of a card on the screen: the question, the answer given, the answer shown."""
