using Microsoft.Extensions.Primitives;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// The @context in a Link header (RFC 8288 3; ETSI GS CIM 009 6.3.5), read as leniently as real clients write it: blanks
/// anywhere or nowhere, several links, quotes that never close.
/// </summary>
internal static class LinkHeader
{
    /// <summary>The URI of the link to the @context, or null where there is none. Two of them are BadRequestData.</summary>
    public static Result<string?> FindContext(StringValues headers)
    {
        string? found = null;
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            while (NextLink(ref rest, out var uri, out var parameters))
            {
                if (!IsContext(parameters)) continue;
                if (found is not null) return NgsiLdError.BadRequestData("the Link header names more than one @context");
                found = uri.ToString();
                if (!Uri.TryCreate(found, UriKind.Absolute, out _))
                {
                    return NgsiLdError.BadRequestData($"the @context of the Link header is not an absolute URI: '{found}'");
                }
            }
        }

        return found;
    }

    private static bool NextLink(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> uri, out ReadOnlySpan<char> parameters)
    {
        uri = parameters = default;
        var open = rest.IndexOf('<');
        if (open < 0) return false;
        var length = rest[(open + 1)..].IndexOf('>');
        if (length < 0) return false;
        uri = rest.Slice(open + 1, length).Trim();
        rest = rest[(open + length + 2)..];
        var end = EndOfParameters(rest);
        parameters = rest[..end];
        rest = rest[end..];
        return true;
    }

    // A comma that a '<' follows starts the next link; commas inside values do not.
    private static int EndOfParameters(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',' && text[(i + 1)..].TrimStart().StartsWith('<')) return i;
        }

        return text.Length;
    }

    private static bool IsContext(ReadOnlySpan<char> parameters)
    {
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim();
            var equals = parameter.IndexOf('=');
            if (equals < 0 || !parameter[..equals].TrimEnd().Equals("rel", StringComparison.OrdinalIgnoreCase)) continue;
            return parameter[(equals + 1)..].Trim().Trim('"').Trim().SequenceEqual(ContextLink.Relation);
        }

        return false;
    }
}
