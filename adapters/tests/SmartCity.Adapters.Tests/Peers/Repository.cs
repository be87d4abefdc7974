namespace SmartCity.Adapters.Tests.Peers;

internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "SmartCity.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside the repository");
    }
}
