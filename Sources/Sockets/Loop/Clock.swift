// Two clocks: a steady one to measure with, and the calendar's for time stamps.

import CLinux
import Glibc

/// A moment on the clock that never goes back: `CLOCK_MONOTONIC`, in nanoseconds.
package struct Instant: Comparable, Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// `clock_gettime(2)`.
    package static var now: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The processor's time that this thread has used: `clock_gettime(2)` with `CLOCK_THREAD_CPUTIME_ID`. It is
    /// compared with itself only.
    package static var processorTime: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The whole duration in nanoseconds; the largest number where it does not fit.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? .max : sum
    }

    /// The whole duration in seconds.
    package var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// A moment in the calendar: `CLOCK_REALTIME`.
package struct Timestamp: Hashable, Sendable, CustomStringConvertible {
    package let seconds: Int
    /// Of the second that has begun.
    package let nanoseconds: Int

    package init(seconds: Int, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package init(seconds: Int, microseconds: Int) {
        self.init(seconds: seconds, nanoseconds: microseconds * 1000)
    }

    /// Of the second that has begun.
    package var microseconds: Int { nanoseconds / 1000 }

    /// `clock_gettime(2)`.
    package static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    /// The moment that `description` describes, with a fraction of up to nine digits; nil for any other text.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        for (place, sign) in zip([4, 7, 10, 13, 16], "--T::".utf8) where bytes[place] != sign { return nil }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var nanoseconds = 0
        if bytes.count > 20 {
            let digits = min(9, bytes.count - 21)
            guard bytes[19] == UInt8(ascii: "."), digits > 0, bytes.count <= 30,
                let fraction = number(20..<20 + digits)
            else { return nil }
            nanoseconds = (digits..<9).reduce(fraction) { value, _ in value * 10 }
        }
        var parts = unsafe tm()
        unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (
            Int32(year - 1900), Int32(month - 1), Int32(day)
        )
        unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
        self.init(seconds: unsafe timegm(&parts), nanoseconds: nanoseconds)
        // timegm(3) takes 31 February for 3 March.
        guard unsafe parts.tm_mday == Int32(day) || second == 60 else { return nil }
    }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .seconds(left.seconds - right.seconds) + .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    /// So much earlier.
    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = time.nanoseconds - Int(attoseconds / 1_000_000_000)
        let (carry, rest) = (nanoseconds >= 0 ? nanoseconds : nanoseconds - 999_999_999)
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        return Timestamp(
            seconds: time.seconds - Int(seconds) + carry,
            nanoseconds: nanoseconds >= 0 ? rest : rest + 999_999_999)
    }

    /// RFC 3339 in UTC, `2026-11-21T09:07:40.123456Z`.
    package var description: String { text(fraction: microseconds, digits: 6) }

    /// The same to the nanosecond.
    package var precise: String { text(fraction: nanoseconds, digits: 9) }

    private func text(fraction: Int, digits: Int) -> String {
        var seconds = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (Int(parts.tm_year) + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        func padded(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(hour, 2) + ":"
            + padded(minute, 2) + ":" + padded(second, 2) + "." + padded(fraction, digits) + "Z"
    }
}
