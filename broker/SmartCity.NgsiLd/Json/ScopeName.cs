using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Json;

/// <summary>The grammar of scopes (ETSI GS CIM 009 4.18): levels that are names, parted by slashes.</summary>
internal static class ScopeName
{
    public static bool IsScope(ReadOnlySpan<char> scope)
    {
        if (scope.StartsWith('/')) scope = scope[1..];
        foreach (var level in scope.Split('/'))
        {
            if (scope[level].Contains(':') || !TermName.IsName(scope[level])) return false;
        }

        return true;
    }
}
