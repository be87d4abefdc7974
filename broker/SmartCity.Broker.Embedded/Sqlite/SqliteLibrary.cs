using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace SmartCity.Broker.Embedded.Sqlite;

/// <summary>Chooses the native library once: the system's, which the operator keeps patched, else the one that is shipped.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Load);

    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : 0;
}
