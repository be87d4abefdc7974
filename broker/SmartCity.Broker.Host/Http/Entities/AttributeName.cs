using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>The name of an Attribute in an address.</summary>
internal static class AttributeName
{
    /// <summary>The name, expanded; one that NGSI-LD does not allow (ETSI GS CIM 009 4.6.2) is BadRequestData (5.6.4.4, 5.6.5.4, 5.6.19.4).</summary>
    public static Result<string> Read(string segment, Context context) => TermName.IsNameOrIri(segment)
        ? context.Expand(segment)
        : NgsiLdError.BadRequestData($"'{segment}' is not a name that NGSI-LD allows (ETSI GS CIM 009 4.6.2).");
}
