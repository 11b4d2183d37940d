// Waiting for many descriptors at once: epoll(7), level-triggered.

import CLinux
import Glibc

/// What is waited for. With neither, only errors and the peer's end are told, and each once.
package struct Interest: Equatable, Sendable {
    package let read: Bool
    package let write: Bool

    package init(read: Bool = false, write: Bool = false) {
        self.read = read
        self.write = write
    }

    package static let none = Interest()
    package static let read = Interest(read: true)
    package static let write = Interest(write: true)

    package var isEmpty: Bool { !read && !write }
}

/// What came. (Not an option set: one of another module is put together without being specialized, at each event.)
package struct Readiness: Equatable, Sendable {
    package var isReadable = false
    package var isWritable = false
    /// An error is pending: `EPOLLERR`.
    package var hasError = false
    /// Both directions have ended: `EPOLLHUP`.
    package var hasHungUp = false
    /// The peer sends no more: `EPOLLRDHUP`. Told where nothing is waited for.
    package var hasEnded = false

    package static let none = Readiness()

    package var isBroken: Bool { hasError || hasHungUp }
    package var isEmpty: Bool { self == .none }
}

/// One `epoll` instance.
@safe package struct Poller: ~Copyable {
    private let descriptor: OwnedDescriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private let countsNanoseconds: Bool

    /// How many events one `wait` returns at most.
    private static let batch = 256

    /// `epoll_create1(2)`.
    package init() throws(Errno) {
        descriptor = OwnedDescriptor(try call { epoll_create1(O_CLOEXEC) })
        unsafe events = .allocate(capacity: Self.batch)
        var time = timespec()
        // Since Linux 5.11.
        countsNanoseconds =
            unsafe clinux_epoll_pwait2(descriptor.number, events.baseAddress, Int32(Self.batch), &time) == 0
    }

    deinit { unsafe events.deallocate() }

    /// Adds a descriptor: `EPOLL_CTL_ADD`. Returns false for a file that is always ready and cannot be
    /// waited for (`EPERM`: regular files, `/dev/null`).
    package func add(_ number: Int32, interest: Interest, token: UInt64) throws(Errno) -> Bool {
        do {
            try control(EPOLL_CTL_ADD, number, interest, token)
            return true
        } catch .notPermitted {
            return false
        }
    }

    /// Changes what is waited for: `EPOLL_CTL_MOD`.
    package func change(_ number: Int32, interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_MOD, number, interest, token)
    }

    /// Stops waiting for a descriptor: `EPOLL_CTL_DEL`.
    package func remove(_ number: Int32) {
        _ = epoll_ctl(descriptor.number, EPOLL_CTL_DEL, number, nil)
    }

    /// Waits and hands each event to `body`: `epoll_pwait2(2)`, or `epoll_wait(2)` where that counts in milliseconds. An
    /// interruption by a signal counts as no event.
    /// - Parameter time: how long at most; nil is for ever.
    package func wait(atMost time: Duration?, _ body: (UInt64, Readiness) -> Void) throws(Errno) {
        let count = wait(time?.nanoseconds)
        if count < 0 && errno != EINTR { throw Errno.current }
        for index in 0..<Int(max(count, 0)) {
            let event = unsafe events[index]
            let flags = unsafe event.events
            let readiness = Readiness(
                isReadable: flags & clinux_epoll_in != 0, isWritable: flags & clinux_epoll_out != 0,
                hasError: flags & clinux_epoll_err != 0, hasHungUp: flags & clinux_epoll_hup != 0,
                hasEnded: flags & clinux_epoll_rdhup != 0)
            body(unsafe event.data.u64, readiness)
        }
    }

    private func wait(_ nanoseconds: Int64?) -> Int32 {
        guard let nanoseconds, nanoseconds > 0, countsNanoseconds else {
            let milliseconds = nanoseconds.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
            return unsafe epoll_wait(descriptor.number, events.baseAddress, Int32(Self.batch), milliseconds)
        }
        var time = timespec()
        (time.tv_sec, time.tv_nsec) = (Int(nanoseconds / 1_000_000_000), Int(nanoseconds % 1_000_000_000))
        return unsafe clinux_epoll_pwait2(descriptor.number, events.baseAddress, Int32(Self.batch), &time)
    }

    private func control(
        _ operation: Int32, _ number: Int32, _ interest: Interest, _ token: UInt64
    ) throws(Errno) {
        var event = unsafe epoll_event()
        if interest.read { unsafe event.events |= clinux_epoll_in }
        if interest.write { unsafe event.events |= clinux_epoll_out }
        if interest.isEmpty { unsafe event.events |= clinux_epoll_et | clinux_epoll_rdhup }
        unsafe event.data.u64 = token
        try call { unsafe epoll_ctl(descriptor.number, operation, number, &event) }
    }
}
