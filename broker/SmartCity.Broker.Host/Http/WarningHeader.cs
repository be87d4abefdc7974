using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Host.Http;

/// <summary>Tells of sources that an answer had to do without, or that answered strangely (ETSI GS CIM 009 6.3.17).</summary>
internal static class WarningHeader
{
    public const string Name = "NGSILD-Warning";

    /// <summary>What one header says at most, in characters, before the text is cut.</summary>
    private const int MostText = 300;

    /// <summary>Values at most, since clients do not read headers without end; the last one counts the others.</summary>
    private const int MostValues = 64;

    /// <summary>One value for each source and what is said of it, in order; no header where there is nothing to tell.</summary>
    public static void Tell(HttpResponse response, ImmutableArray<SourceWarning> warnings, ImmutableArray<SourceWarning> further = default)
    {
        if (warnings.IsDefaultOrEmpty && further.IsDefaultOrEmpty) return;
        var values = new List<string>();
        foreach (var warning in warnings.IsDefault ? further : further.IsDefault ? warnings : warnings.AddRange(further))
        {
            var value = Write(warning);
            if (!values.Contains(value)) values.Add(value);
        }

        if (values.Count > MostValues)
        {
            var others = values.Count - MostValues + 1;
            values.RemoveRange(MostValues - 1, others);
            values.Add($"199 - \"{Meaning(199)}: {others} more\"");
        }

        response.Headers[Name] = values.ToArray();
    }

    /// <summary>
    /// As in a Warning of RFC 7234 5.5: a code, who is meant, and a quoted text, which begins with what the code stands for (IANA) and the
    /// registration.
    /// </summary>
    internal static string Write(SourceWarning warning)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{warning.Code:000} ").Append(Agent(warning.Source)).Append(" \"");
        var said = $"{Meaning(warning.Code)}: {warning.Source.Id}: {warning.Text}";
        foreach (var character in said.Length > MostText ? said[..MostText] : said)
        {
            if (character is '"' or '\\') text.Append('\\');
            text.Append(character is >= ' ' and <= '~' ? character : '?');
        }

        return text.Append('"').ToString();
    }

    // Table 6.3.17-1.
    private static string Meaning(int code) => code switch
    {
        110 => "Response is Stale",
        111 => "Revalidation Failed",
        199 => "Miscellaneous Warning",
        _ => "Miscellaneous Persistent Warning",
    };

    // The alias, or else the host and the port.
    private static string Agent(ContextSource source)
    {
        if (source.Registration.ContextSourceAlias is { } alias && SourceIdentity.IsAlias(alias)) return alias;
        return Uri.TryCreate(source.Registration.Endpoint, UriKind.Absolute, out var address) && address.IdnHost.Length > 0
            ? address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}"
            : "-";
    }
}
