// What an idle timer takes for idle, while our own output is what holds things up.

import Glibc
import Testing

@testable import Commands
@testable import Sockets

@Suite struct IdleTimerTests {
    @Test("what waited to be written counts from when it is, also where the time had not run out by then")
    func heldUp() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let block = [UInt8](repeating: 0x78, count: 1 << 16)
        while write(ends[1], block, block.count) > 0 {}
        let channel = try Channel(
            owning: OwnedDescriptor(ends[1]), kind: .pipe, name: "a full pipe", loop: loop)
        let output = Output(ChannelSink(channel))
        let gate = Gate(outputs: [output])
        var timer: IdleTimer?
        var (read, ended): (Instant?, Instant?)
        timer = IdleTimer(.milliseconds(200), loop: loop) {
            if timer?.waits(for: gate, or: false) == true { return }
            ended = .now
            loop.stop()
        }
        output.append("last words".utf8)
        loop.schedule(after: .milliseconds(100)) {
            read = .now
            var bytes = block
            while Glibc.read(ends[0], &bytes, bytes.count) > 0 {}
        }
        try loop.run()
        #expect(try #require(ended) - #require(read) >= .milliseconds(200))
        close(ends[0])
    }
}
