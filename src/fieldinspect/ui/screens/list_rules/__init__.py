"""What the team list says for everybody: until when it serves, and the rules of the inspection."""
