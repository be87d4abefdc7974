using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>The parameters of one write.</summary>
/// <param name="Parameters">All of them.</param>
/// <param name="Local">Only this broker's own Entities.</param>
/// <param name="Options">The words of options.</param>
/// <param name="Reading">How to read the body.</param>
internal readonly record struct WriteInput(QueryParameters Parameters, bool Local, Options Options, EntityReaderOptions Reading)
{
    /// <summary>
    /// What every write with a body knows. The standard names format and options for merges alone; clients send keyValues with
    /// other writes too, and what they mean is plain.
    /// </summary>
    public const Parameters Known = Http.Parameters.Local | Http.Parameters.Options | Http.Parameters.Format;

    public static Result<WriteInput> Read(Exchange exchange, Parameters known, Limits limits, Options options = Options.None)
    {
        if (!QueryParameters.Read(exchange, known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Http.Parameters.Local).TryGet(out var local, out error)) return error;
        if (!parameters.Options(Options.Formats | options).TryGet(out var found, out error)) return error;
        if (!parameters.Format(found).TryGet(out var format, out error)) return error;
        // Normalized and concise input are told apart Attribute by Attribute (ETSI GS CIM 009 4.5.1).
        var reading = new EntityReaderOptions { MaxDepth = limits.JsonDepth, Simplified = format == EntityFormat.Simplified };
        return new WriteInput(parameters, local, found, reading);
    }

    /// <summary>The type parameter of single-Entity operations.</summary>
    public static Result<EntityGuard> Guard(QueryParameters parameters, Context context)
    {
        if (parameters.NonEmpty(Http.Parameters.Type) is not { } text) return default(EntityGuard);
        return TypeSelectionParser.Parse(text, context).TryGet(out var type, out var error) ? new EntityGuard(type) : error;
    }

    /// <summary>ETSI GS CIM 009 6.5.3.4.</summary>
    public Result<MergeOptions> Merge()
    {
        var language = Parameters.NonEmpty(Http.Parameters.Lang);
        Timestamp? observedAt = null;
        if (Parameters.NonEmpty(Http.Parameters.ObservedAt) is { } text)
        {
            if (!Timestamp.TryParse(text, out var time)) return NgsiLdError.BadRequestData($"observedAt is '{text}', which is no DateTime");
            observedAt = time;
        }

        return language is null && observedAt is null && !Reading.Simplified
            ? MergeOptions.None
            : new MergeOptions { Simplified = Reading.Simplified, Language = language, ObservedAt = observedAt };
    }
}
