"""What each step does with what it accepts. One module for each part of a claim, in the order it goes."""
