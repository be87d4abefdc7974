using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SmartCity.Mqtt.Native;

/// <summary>
/// Waits for a socket or for a wake-up from another thread, by poll(2) and an eventfd. The library's own loop uses
/// select(2), which fails as soon as the process holds more than 1024 descriptors.
/// </summary>
internal sealed unsafe partial class SocketWait : IDisposable
{
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    // A safe handle: a late wake-up must not write to a descriptor number that something else has got by then.
    private readonly SafeFileHandle _event;
    private int _raised;

    internal SocketWait()
    {
        _event = new SafeFileHandle(EventFd(0, NonBlocking | CloseOnExec), ownsHandle: true);
        if (_event.IsInvalid) throw new MqttException($"eventfd fails: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Ends the wait that runs or the next one. From any thread.</summary>
    internal void WakeUp()
    {
        if (Interlocked.Exchange(ref _raised, 1) == 1) return;
        try
        {
            var one = 1UL;
            _ = Write(_event, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended; there is nothing to wake.
        }
    }

    /// <returns>True where the socket has something to read, or is broken.</returns>
    internal bool Wait(int socket, bool read, bool write, int milliseconds)
    {
        // poll reports a hang-up whatever was asked, so a socket that may not be touched now stays out of the set.
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry
        {
            Descriptor = read || write ? socket : -1,
            Events = (short)((read ? PollIn : 0) | (write ? PollOut : 0)),
        };
        entries[1] = new PollEntry { Descriptor = (int)_event.DangerousGetHandle(), Events = PollIn };
        if (Poll(entries, 2, milliseconds) <= 0) return false;

        if (entries[1].Returned != 0)
        {
            // In this order: a wake-up between the two is skipped, and what it announced is seen after this wait anyway.
            ulong count;
            _ = Read(_event, &count, sizeof(ulong));
            Interlocked.Exchange(ref _raised, 0);
        }

        return (entries[0].Returned & ~PollOut) != 0;
    }

    public void Dispose() => _event.Dispose();

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle descriptor, void* data, nuint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle descriptor, void* data, nuint length);
}
