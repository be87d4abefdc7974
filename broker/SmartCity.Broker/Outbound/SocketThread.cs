using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// The one thread that waits for all sockets. What arrives is handed to the thread pool, which costs more than to understand a small answer; of
/// chosen sockets it is used where it arrives. Whatever may take long leaves that thread, since all others wait for it meanwhile.
/// </summary>
public static class SocketThread
{
    // .NET has it for all sockets (DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS), which makes local requests dearer, and not in public for one.
    private static readonly Action<SafeSocketHandle, bool>? Prefer = typeof(SafeSocketHandle)
        .GetProperty("PreferInlineCompletions", BindingFlags.Instance | BindingFlags.NonPublic)?.SetMethod?.CreateDelegate<Action<SafeSocketHandle, bool>>();

    /// <summary>Goes on on the thread pool. Costs nothing there.</summary>
    public static Way Leave() => default;

    /// <summary>From now on what arrives at a socket is used on this thread, if this .NET can do that.</summary>
    internal static bool Use(Socket socket)
    {
        Prefer?.Invoke(socket.SafeHandle, true);
        return Prefer is not null;
    }

    /// <summary>To the thread pool.</summary>
    public readonly struct Way : ICriticalNotifyCompletion
    {
        public bool IsCompleted => Thread.CurrentThread.IsThreadPoolThread;

        public Way GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static next => next(), continuation, preferLocal: false);

        public void UnsafeOnCompleted(Action continuation) =>
            ThreadPool.UnsafeQueueUserWorkItem(static next => next(), continuation, preferLocal: false);
    }
}
