using System.Reflection;
using System.Runtime.InteropServices;

namespace SmartCity.Mqtt.Native;

/// <summary>Turns an absent library into an error that says what to install, before the first call into it.</summary>
internal static class NativeLibraryCheck
{
    /// <exception cref="MqttLibraryMissingException">The loader does not find the library.</exception>
    internal static void EnsurePresent(string library)
    {
        try
        {
            NativeLibrary.Load(library, Assembly.GetExecutingAssembly(), null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new MqttLibraryMissingException(e);
        }
    }
}
