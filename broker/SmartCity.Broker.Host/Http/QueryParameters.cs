using System.Collections.Immutable;
using System.Numerics;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http;

/// <summary>The query string of a request, checked against what the operation knows (ETSI GS CIM 009 6.3.20).</summary>
internal sealed class QueryParameters
{
    private static readonly QueryParameters Empty = new([]);
    private static readonly int Slots = BitOperations.Log2(Enum.GetValues<Parameters>().Max(one => (ulong)one)) + 1;
    private readonly string?[] _values;

    private QueryParameters(string?[] values) => _values = values;

    /// <summary>Null where the parameter is absent.</summary>
    public string? this[Parameters one] => _values.Length == 0 ? null : _values[BitOperations.TrailingZeroCount((ulong)one)];

    /// <summary>Null where the parameter is absent or empty.</summary>
    public string? NonEmpty(Parameters one) => this[one] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// A parameter that is unknown, foreign to the operation, or given twice is InvalidRequest; one that is too long is TooComplexQuery.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="known">What the operation knows.</param>
    /// <param name="limits">How long a value may be.</param>
    public static Result<QueryParameters> Read(Exchange exchange, Parameters known, Limits limits)
    {
        var query = exchange.QueryString.AsSpan();
        if (query.IsEmpty) return Empty;
        var read = new QueryParameters(new string?[Slots]);
        foreach (var part in query.Split('&'))
        {
            var pair = query[part];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            var parameter = ParameterNames.Find(name);
            if ((parameter & known) == 0)
            {
                return NgsiLdError.InvalidRequest($"the query parameter '{PathVariable.Decode(name)}' is not known to this operation");
            }

            var value = equals < 0 ? "" : ParameterNames.DecodeValue(parameter, pair[(equals + 1)..]);
            if (read.Set(parameter, value, limits) is { } error) return error;
        }

        return read;
    }

    /// <summary>A copy that can be added to.</summary>
    public QueryParameters Copy()
    {
        var values = new string?[Slots];
        _values.CopyTo(values, 0);
        return new QueryParameters(values);
    }

    /// <summary>Adds a parameter that has another source; null where that went well.</summary>
    public NgsiLdError? Set(Parameters one, string value, Limits limits)
    {
        if (value.Length > limits.QueryCharacters)
        {
            return new NgsiLdError(
                NgsiLdErrorKind.TooComplexQuery, $"{ParameterNames.Text(one)} has more than {limits.QueryCharacters} characters");
        }

        ref var slot = ref _values[BitOperations.TrailingZeroCount((ulong)one)];
        if (slot is not null) return NgsiLdError.InvalidRequest($"{ParameterNames.Text(one)} is given twice");
        slot = value;
        return null;
    }

    /// <summary>Whether any of them is given.</summary>
    public bool Has(Parameters any)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (_values[i] is not null && ((ulong)any & (1UL << i)) != 0) return true;
        }

        return false;
    }

    /// <summary>Comma-separated words, without the empty ones.</summary>
    public ImmutableArray<string> List(Parameters one) => this[one] is { } text
        ? [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
        : [];

    /// <summary>Comma-separated Attribute names, expanded.</summary>
    public ImmutableArray<string> Names(Parameters one, Context context) =>
        this[one] is null ? [] : [.. List(one).Select(context.Expand)];

    /// <summary>A boolean; false where it is absent.</summary>
    public Result<bool> Flag(Parameters one) => this[one] switch
    {
        null or "false" => false,
        "true" => true,
        var other => NgsiLdError.BadRequestData($"{ParameterNames.Text(one)} is '{other}', which is neither true nor false"),
    };

    /// <summary>A number of at least 0.</summary>
    public Result<int> Number(Parameters one, int absent)
    {
        if (this[one] is not { } text) return absent;
        return int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : NgsiLdError.BadRequestData($"{ParameterNames.Text(one)} is '{text}', which is no number from 0 to {int.MaxValue}");
    }

    /// <summary>The words of <c>options</c>; one that the operation does not know is InvalidRequest, empty ones mean nothing.</summary>
    public Result<Options> Options(Options known)
    {
        var options = Http.Options.None;
        if (this[Parameters.Options] is not { } text) return options;
        foreach (var part in text.AsSpan().Split(','))
        {
            var word = text.AsSpan()[part].Trim();
            if (word.IsEmpty) continue;
            var option = ParameterNames.FindOption(word);
            if ((option & known) == 0) return NgsiLdError.InvalidRequest($"options has '{word}', which is not known to this operation");
            options |= option;
        }

        return options;
    }

    /// <summary>The representation that <c>format</c> names, or else <c>options</c> (ETSI GS CIM 009 6.3.7).</summary>
    public Result<EntityFormat> Format(Options options)
    {
        if (NonEmpty(Parameters.Format) is { } format)
        {
            var named = ParameterNames.FindOption(format) & Http.Options.Formats;
            if (named == 0) return NgsiLdError.InvalidRequest($"format is '{format}', which is not known to this operation");
            options = named;
        }

        return (options & Http.Options.Formats) switch
        {
            0 or Http.Options.Normalized => EntityFormat.Normalized,
            Http.Options.Concise => EntityFormat.Concise,
            Http.Options.Simplified => EntityFormat.Simplified,
            _ => NgsiLdError.InvalidRequest("options names more than one format"),
        };
    }
}
