// Waiting for many descriptors at once: epoll(7), level-triggered.

import CLinux
import Glibc

/// What is waited for.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let read = Interest(rawValue: 1)
    package static let write = Interest(rawValue: 2)
    /// Be told of a change once, not for as long as it lasts: `EPOLLET`.
    package static let edge = Interest(rawValue: 4)
}

/// What came.
package struct Readiness: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    /// An error is pending: `EPOLLERR`.
    package static let error = Readiness(rawValue: 4)
    /// Both directions have ended: `EPOLLHUP`.
    package static let hangUp = Readiness(rawValue: 8)
}

/// One `epoll` instance.
@safe package struct Poller: ~Copyable {
    private let descriptor: OwnedDescriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// How many events one `wait` returns at most.
    private static let batch = 256

    /// `epoll_create1(2)`.
    package init() throws(Errno) {
        descriptor = OwnedDescriptor(try call { epoll_create1(O_CLOEXEC) })
        unsafe events = .allocate(capacity: Self.batch)
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

    /// Waits and hands each event to `body`: `epoll_wait(2)`. An interruption by a signal counts as no event.
    /// - Parameter milliseconds: how long at most; -1 is for ever.
    package func wait(milliseconds: Int32, _ body: (UInt64, Readiness) -> Void) throws(Errno) {
        let count = unsafe epoll_wait(descriptor.number, events.baseAddress, Int32(Self.batch), milliseconds)
        if count < 0 && errno != EINTR { throw Errno.current }
        for index in 0..<Int(max(count, 0)) {
            let event = unsafe events[index]
            let flags = unsafe event.events
            var readiness: Readiness = []
            if flags & clinux_epoll_in != 0 { readiness.insert(.readable) }
            if flags & clinux_epoll_out != 0 { readiness.insert(.writable) }
            if flags & clinux_epoll_err != 0 { readiness.insert(.error) }
            if flags & clinux_epoll_hup != 0 { readiness.insert(.hangUp) }
            body(unsafe event.data.u64, readiness)
        }
    }

    private func control(
        _ operation: Int32, _ number: Int32, _ interest: Interest, _ token: UInt64
    ) throws(Errno) {
        var event = unsafe epoll_event()
        if interest.contains(.read) { unsafe event.events |= clinux_epoll_in }
        if interest.contains(.write) { unsafe event.events |= clinux_epoll_out }
        if interest.contains(.edge) { unsafe event.events |= clinux_epoll_et }
        unsafe event.data.u64 = token
        try call { unsafe epoll_ctl(descriptor.number, operation, number, &event) }
    }
}
