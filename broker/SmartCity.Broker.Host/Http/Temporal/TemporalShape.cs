using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>How a client wants to see temporal evolutions: the media type from Accept, the rest from parameters.</summary>
/// <param name="Type">What it is sent as.</param>
/// <param name="Representation">What is shown.</param>
/// <param name="Options">The words of options.</param>
internal sealed record TemporalShape(MediaType Type, TemporalRepresentation Representation, Options Options)
{
    /// <summary>Whether it is sent as text/csv.</summary>
    public bool IsTable => Type == MediaType.Csv;

    /// <summary>ETSI GS CIM 009 6.3.4, 6.3.6, 6.3.7, 6.3.11, 6.3.12, 4.21.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="parameters">Its parameters, and those of its body.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="more">Words of options that are allowed beside formats and sysAttrs.</param>
    public static Bound<TemporalShape> Read(Exchange exchange, QueryParameters parameters, Context context, Options more)
    {
        if (!ContentNegotiation.AcceptedOfEvolutions(exchange.Http.Request.Headers.Accept).TryGet(out var type, out var refusal)) return refusal;
        if (!parameters.Options(Options.TemporalFormats | Options.SysAttrs | more).TryGet(out var options, out var error)) return error;
        if (!Format(parameters, options).TryGet(out var format, out error)) return error;
        if (!Members(parameters, Parameters.Pick, context).TryGet(out var pick, out error)) return error;
        if (!Members(parameters, Parameters.Omit, context).TryGet(out var omit, out error)) return error;
        return new TemporalShape(
            type,
            new TemporalRepresentation
            {
                Format = format,
                Entity = new Representation
                {
                    SysAttrs = (options & Options.SysAttrs) != 0,
                    Pick = pick ?? AttrsAsPick(parameters, context),
                    Omit = omit,
                    Lang = parameters.NonEmpty(Parameters.Lang),
                    Version = Preferences.Read(exchange.Http.Request.Headers[Preferences.Header]).Version,
                    IncludeContext = type == MediaType.LdJson,
                },
            },
            options);
    }

    // format takes precedence (6.3.12).
    private static Result<TemporalFormat> Format(QueryParameters parameters, Options options)
    {
        if (parameters.NonEmpty(Parameters.Format) is { } format)
        {
            options = ParameterNames.FindOption(format) & Options.TemporalFormats;
            if (options == 0) return NgsiLdError.InvalidRequest($"format is '{format}', which is not known to this operation");
        }

        return (options & Options.TemporalFormats) switch
        {
            0 or Options.Normalized => TemporalFormat.Normalized,
            Options.Concise => TemporalFormat.Concise,
            Options.TemporalValues => TemporalFormat.TemporalValues,
            Options.AggregatedValues => TemporalFormat.AggregatedValues,
            _ => NgsiLdError.InvalidRequest("options names more than one format"),
        };
    }

    private static Result<Projection?> Members(QueryParameters parameters, Parameters one, Context context)
    {
        if (parameters.NonEmpty(one) is not { } text) return (Projection?)null;
        if (!ProjectionParser.Parse(text, context).TryGet(out var projection, out var error)) return error;
        return projection.Members.Any(member => member.Linked is not null)
            ? NgsiLdError.BadRequestData($"{ParameterNames.Text(one)} reaches into linked Entities, which temporal queries cannot do (ETSI GS CIM 009 5.7.3.4)")
            : projection;
    }

    private static Projection? AttrsAsPick(QueryParameters parameters, Context context)
    {
        var attrs = parameters.Names(Parameters.Attrs, context);
        if (attrs.IsEmpty) return null;
        ImmutableArray<string> shown = ["id", "type", .. attrs.Select(name => name == TemporalEntity.Scope ? "scope" : name)];
        return new Projection([.. shown.Select(name => new ProjectedMember(name, null))]);
    }
}
