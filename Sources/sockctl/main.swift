// sockctl: hands its command line, byte for byte, to the program and exits with its status.

import Commands
import Glibc

let words = unsafe CommandLine.unsafeArgv
var arguments: [[UInt8]] = []
for index in 1..<max(1, Int(CommandLine.argc)) {
    guard let word = unsafe words[index] else { break }
    arguments.append(
        unsafe Array(UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))))
}
exit(Main.run(arguments))
