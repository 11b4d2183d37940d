// The scripts with which shells complete. What may follow is said by the program itself (`Completer`), so that a script
// is only about its shell: the words of the line, what takes the place of what, and the names of files.

enum CompletionScript {}
