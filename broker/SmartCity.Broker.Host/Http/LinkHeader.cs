using Microsoft.Extensions.Primitives;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>The @context in the Link header of a request (RFC 8288 3; ETSI GS CIM 009 6.3.5).</summary>
internal static class LinkHeader
{
    /// <summary>The URI of the link to the @context, or null where there is none. Two of them are BadRequestData.</summary>
    public static Result<string?> FindContext(StringValues headers)
    {
        string? found = null;
        foreach (var header in headers)
        {
            var links = new LinkValues(header);
            while (links.MoveNext())
            {
                if (!links.IsOf(ContextLink.Relation)) continue;
                if (found is not null) return NgsiLdError.BadRequestData("the Link header names more than one @context");
                found = links.Target.ToString();
                if (!Uri.TryCreate(found, UriKind.Absolute, out _))
                {
                    return NgsiLdError.BadRequestData($"the @context of the Link header is not an absolute URI: '{found}'");
                }
            }
        }

        return found;
    }
}
