using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SmartCity.Mqtt.Native;

/// <summary>
/// The functions that libmosquitto calls. Each finds its client by the GC handle that was given to mosquitto_new, copies
/// what the library owns, and lets no exception cross into native frames.
/// </summary>
[SuppressMessage("Design", "CA1031", Justification = "An exception that crosses into native frames ends the process.")]
internal static unsafe class Callbacks
{
    internal static void Register(nint client)
    {
        Mosquitto.OnConnect(client, &Connect);
        Mosquitto.OnPublish(client, &Publish);
        Mosquitto.OnSubscribe(client, &Subscribe);
        Mosquitto.OnMessage(client, &Message);
        Mosquitto.OnLog(client, &Log);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Connect(nint client, nint state, int code, int flags, nint properties)
    {
        if (Target(state) is not { } target) return;
        try
        {
            target.OnConnect(code);
        }
        catch (Exception e)
        {
            target.OnBug(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Publish(nint client, nint state, int mid, int reason, nint properties)
    {
        if (Target(state) is not { } target) return;
        try
        {
            target.OnPublish(mid, reason);
        }
        catch (Exception e)
        {
            target.OnBug(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Subscribe(nint client, nint state, int mid, int count, int* granted, nint properties)
    {
        if (Target(state) is not { } target) return;
        try
        {
            target.OnSubscribe(mid, count > 0 ? granted[0] : 0x80);
        }
        catch (Exception e)
        {
            target.OnBug(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Message(nint client, nint state, Mosquitto.Message* message, nint properties)
    {
        if (Target(state) is not { } target) return;
        try
        {
            var payload = message->PayloadLength > 0
                ? new ReadOnlySpan<byte>(message->Payload, message->PayloadLength).ToArray()
                : [];
            target.OnMessage(new MqttMessage(
                Mosquitto.Text(message->Topic), payload, (MqttQos)message->Qos, message->Retain != 0));
        }
        catch (Exception e)
        {
            target.OnBug(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(nint client, nint state, int level, byte* text)
    {
        if (level != Mosquitto.LogError || Target(state) is not { } target) return;
        try
        {
            target.OnLog(Mosquitto.Text(text));
        }
        catch (Exception e)
        {
            target.OnBug(e);
        }
    }

    private static ICallbacks? Target(nint state) =>
        state == 0 ? null : GCHandle.FromIntPtr(state).Target as ICallbacks;
}
