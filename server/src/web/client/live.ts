// Makes the table of events live.

export {};
