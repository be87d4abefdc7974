namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>Reference material beside the repository: official models, contexts, fixtures. Tests that need it skip where it is absent.</summary>
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
