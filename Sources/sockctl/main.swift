// sockctl: hands its command line, byte for byte, to the program and exits with its status.

internal import CStart
import Commands
import Glibc

var arguments: [[UInt8]] = []
for index in 1..<max(1, start_argument_count()) {
    guard let word = unsafe start_argument(index) else { break }
    arguments.append(
        unsafe Array(UnsafeBufferPointer(start: word, count: strlen(word)).map(UInt8.init(bitPattern:))))
}
exit(Main.run(arguments))
