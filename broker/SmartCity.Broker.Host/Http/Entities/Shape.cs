using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>How a client wants to see Entities: the media type from Accept, the rest from parameters.</summary>
/// <param name="Type">What it is sent as.</param>
/// <param name="Representation">What is shown.</param>
internal sealed record Shape(MediaType Type, Representation Representation)
{
    public const Options Known = Options.Formats | Options.SysAttrs;

    private static readonly Shape Json = new(MediaType.Json, Representation.Default);
    private static readonly Shape LdJson = new(MediaType.LdJson, new Representation { IncludeContext = true });

    /// <summary>Whether what is picked is what attrs names, of which an Entity has one.</summary>
    private bool IsOfAttrs { get; init; }

    /// <summary>What of Entities the form needs.</summary>
    public ShownAttributes Attributes
    {
        get
        {
            var datasetIds = Representation.DatasetIds;
            var hidesTimes = !Representation.SysAttrs;
            if (Representation.Pick is not { } pick) return new([], datasetIds) { HidesTimes = hidesTimes };
            var names = pick.Members.Select(member => member.Name).Where(name => !ReservedMembers.IsProjected(name));
            if (Representation.GeoJson) names = names.Append(Representation.GeometryProperty ?? GeoQueryParser.DefaultProperty);
            return new([.. names.Distinct()], datasetIds, IsOfAttrs) { HidesTimes = hidesTimes && !pick.Members.Any(IsTime) };
        }
    }

    private static bool IsTime(ProjectedMember member) => member.Name is "createdAt" or "modifiedAt" or "deletedAt";

    /// <summary>ETSI GS CIM 009 6.3.4, 6.3.6, 6.3.7, 6.3.11, 6.3.15, 4.21, 4.5.23.</summary>
    public static Bound<Shape> Read(Exchange exchange, QueryParameters parameters, Options options, Context context, Limits limits)
    {
        var request = exchange.Http.Request;
        if (!ContentNegotiation.Accepted(request.Headers.Accept, geoJson: true).TryGet(out var type, out var refusal)) return refusal;
        var prefer = request.Headers[Preferences.Header];
        if (type != MediaType.GeoJson && prefer.Count == 0 && !parameters.Has(Parameters.Shape | Parameters.Attrs | Parameters.DatasetId))
        {
            return type == MediaType.Json ? Json : LdJson;
        }

        if (!parameters.Format(options).TryGet(out var format, out var error)) return error;
        if (!Members(parameters, Parameters.Pick, context).TryGet(out var pick, out error)) return error;
        if (!Members(parameters, Parameters.Omit, context).TryGet(out var omit, out error)) return error;

        var datasetIds = parameters.List(Parameters.DatasetId);
        if (datasetIds.FirstOrDefault(id => id != "@none" && !EntityIds.IsUri(id)) is { } noUri)
        {
            return NgsiLdError.BadRequestData($"datasetId has '{noUri}', which is neither a URI nor @none");
        }

        var geometry = parameters.NonEmpty(Parameters.GeometryProperty);
        if (geometry is not null && type != MediaType.GeoJson)
        {
            return NgsiLdError.BadRequestData("geometryProperty is given, which only application/geo+json knows");
        }

        if (!JoinParameters.Read(parameters, limits).TryGet(out var join, out error)) return error;
        if (join.Refuse(new Extent(pick, omit)) is { } tooDeep) return tooDeep;

        var preferences = Preferences.Read(prefer);
        return new Shape(type, new Representation
        {
            Format = format,
            GeoJson = type == MediaType.GeoJson,
            GeometryProperty = geometry is null ? null : context.Expand(geometry),
            SysAttrs = (options & Options.SysAttrs) != 0,
            Pick = pick ?? AttrsAsPick(parameters, context),
            Omit = omit,
            DatasetIds = datasetIds,
            Lang = parameters.NonEmpty(Parameters.Lang),
            Version = preferences.Version,
            Join = join,
            IncludeContext = type == MediaType.LdJson || (type == MediaType.GeoJson && !preferences.BodyIsJson),
        })
        {
            IsOfAttrs = pick is null && parameters.NonEmpty(Parameters.Attrs) is not null,
        };
    }

    private static Result<Projection?> Members(QueryParameters parameters, Parameters one, Context context)
    {
        if (parameters.NonEmpty(one) is not { } text) return (Projection?)null;
        return ProjectionParser.Parse(text, context).TryGet(out var projection, out var error) ? projection : error;
    }

    // attrs keeps what no Attribute is: an Entity is shown with its id, type and scope (ETSI GS CIM 009 6.4.3.2).
    private static Projection? AttrsAsPick(QueryParameters parameters, Context context)
    {
        var attrs = parameters.Names(Parameters.Attrs, context);
        if (attrs.IsEmpty) return null;
        ImmutableArray<string> shown = ["id", "type", "scope", .. attrs];
        return new Projection([.. shown.Select(name => new ProjectedMember(name, null))]);
    }

    /// <summary>
    /// 203 and which version the body conforms to, where one was asked for (ETSI GS CIM 009 6.3.6). For before the body.
    /// </summary>
    public void TellVersion(HttpResponse response, bool isAltered) => TellVersion(response, Representation, isAltered);

    /// <summary>The same, of a part of an evolution (206) by the header alone.</summary>
    public static void TellVersion(HttpResponse response, Representation shown, bool isAltered)
    {
        if (shown.Version is not { } version) return;
        response.Headers[Preferences.AppliedHeader] = $"ngsi-ld={version.Conformant}";
        if (isAltered && response.StatusCode == StatusCodes.Status200OK) response.StatusCode = StatusCodes.Status203NonAuthoritative;
    }
}
