namespace SmartCity.Broker.Tests.Http;

/// <summary>Recordings beside the repository. Tests that need them say so and pass where they are absent.</summary>
internal static class SharedFolder
{
    /// <summary>Null where there is none.</summary>
    public static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "SmartCity.sln"))) continue;
            var shared = Environment.GetEnvironmentVariable("SMARTCITY_SHARED") ?? Path.Combine(folder.Parent!.FullName, "shared");
            var found = Path.Combine(shared, path);
            return Path.Exists(found) ? found : null;
        }

        return null;
    }
}
