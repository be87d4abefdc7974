using System.Buffers;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// One act of writing: what is shown, in which @context, to where. This part is the Entity's own members
/// (ETSI GS CIM 009 4.5.1); the others are named after what they write.
/// </summary>
internal ref partial struct EntityRendering
{
    private readonly Representation _shown;
    private readonly Context _context;
    private readonly CompactedNames _names;
    private readonly LanguagePreference? _language;
    private byte[][] _datasetIds;
    private Extent _extent;

    /// <summary>Normalized, with nothing added, left out or chosen: the common case, whose Attributes are three copies.</summary>
    private bool _isPlain;

    private readonly LinkedEntities? _linked;

    /// <summary>The Entity that is being written and those that it stands in, the outermost first; null unless joined inline.</summary>
    private readonly PackedEntity[]? _branch;

    private int _depth;
    private int _inlined;

    /// <summary>The links of the Attributes that are being written lead further.</summary>
    private bool _follows;

    /// <summary>More was to be shown inline than the bounds let in.</summary>
    private bool _isTooLarge;

    /// <summary>The 1.x that is written; <see cref="Introduced.All"/> unless less is asked for.</summary>
    private readonly int _minor;

    /// <summary>Anything that was written is other than it would be in the newest version.</summary>
    private bool _isAltered;

    private readonly TemporalRepresentation? _temporal;

    private Utf8Output _out;

    public EntityRendering(TemporalRepresentation shown, Context context, IBufferWriter<byte> output)
        : this(shown.Entity with { Format = FormatOf(shown.Format) }, context, output, null) => _temporal = shown;

    public EntityRendering(Representation shown, Context context, IBufferWriter<byte> output, LinkedEntities? linked)
    {
        _shown = shown;
        _context = context;
        _names = context.CompactedNames;
        _language = shown.Lang is null ? null : LanguagePreference.Parse(shown.Lang);
        _datasetIds = shown.DatasetIds.IsDefaultOrEmpty
            ? []
            : [.. shown.DatasetIds.Select(id => id == "@none" ? [] : Encoding.UTF8.GetBytes(id))];
        _minor = MinorOf(shown.Version);
        _extent = shown.Extent;
        _linked = linked;
        if (linked is { Join.Kind: JoinKind.Inline }) _branch = new PackedEntity[linked.Join.Level + 1];
        _follows = _branch is not null;
        _isPlain = IsPlain();
        _out = new(output);
    }

    private static EntityFormat FormatOf(TemporalFormat format) => format switch
    {
        TemporalFormat.Normalized => EntityFormat.Normalized,
        TemporalFormat.Concise => EntityFormat.Concise,
        _ => EntityFormat.Simplified,
    };

    public readonly Written Finish()
    {
        _out.Finish();
        return new(_isAltered, _isTooLarge);
    }

    public void Entities(IReadOnlyList<PackedEntity> entities)
    {
        _out.Raw((byte)'[');
        Items(entities, _shown.IncludeContext);
        _out.CloseArray();
    }

    /// <summary>Entities, and the linked ones of the flattened form, each with a comma behind it.</summary>
    public void Items(IReadOnlyList<PackedEntity> entities, bool withContext)
    {
        for (var i = 0; i < entities.Count; i++) Entity(entities[i], withContext);
        Flattened(withContext);
    }

    public void Entity(PackedEntity entity, bool withContext)
    {
        if (_shown.GeoJson)
        {
            Feature(entity, withContext);
            return;
        }

        _out.Raw((byte)'{');
        Id(entity);
        Members(entity);
        if (withContext) ContextMember();
        _out.CloseObject();
    }

    private void Id(PackedEntity entity)
    {
        if (!Shows("id")) return;
        _out.Raw("\"id\":"u8);
        _out.Quoted(entity.IdUtf8);
        _out.Raw((byte)',');
    }

    private void Members(PackedEntity entity)
    {
        StandAt(entity);
        Types(entity);
        Scopes(entity);
        if (_shown.SysAttrs) SystemMembers(entity);
        Attributes(entity.Attributes);
    }

    private void Types(PackedEntity entity)
    {
        var count = entity.TypeCount;
        if (count == 0 || !Shows("type")) return;
        _out.Raw("\"type\":"u8);
        if (count == 1 || Lacks(Introduced.Instances))
        {
            _out.Raw(_names.Get(entity.TypeAt(0)));
            _out.Raw((byte)',');
            return;
        }

        _out.Raw((byte)'[');
        for (var i = 0; i < count; i++)
        {
            _out.Raw(_names.Get(entity.TypeAt(i)));
            _out.Raw((byte)',');
        }

        _out.CloseArray();
    }

    private void Scopes(PackedEntity entity)
    {
        var count = entity.ScopeCount;
        if (count == 0 || !Shows("scope") || Lacks(Introduced.Scopes)) return;
        _out.Raw("\"scope\":"u8);
        var isArray = count > 1 || entity.ScopeIsArray;
        if (isArray) _out.Raw((byte)'[');
        for (var i = 0; i < count; i++)
        {
            _out.Quoted(entity.ScopeUtf8At(i));
            _out.Raw((byte)',');
        }

        if (isArray) _out.CloseArray();
    }

    private void SystemMembers(PackedEntity entity)
    {
        if (Shows("createdAt")) Instant("\"createdAt\":"u8, entity.CreatedAtTicks);
        if (Shows("modifiedAt")) Instant("\"modifiedAt\":"u8, entity.ModifiedAtTicks);
        if (Shows("expiresAt")) Text("\"expiresAt\":"u8, entity.ExpiresAtUtf8, Introduced.Expiry);
    }

    private void ContextMember()
    {
        _out.Raw("\"@context\":"u8);
        _out.Raw(_context.Json);
        _out.Raw((byte)',');
    }

    /// <summary>Leaves out what the broker has not set.</summary>
    private void Instant(ReadOnlySpan<byte> member, long ticks)
    {
        if (ticks == 0) return;
        _out.Raw(member);
        _out.Instant(ticks);
        _out.Raw((byte)',');
    }

    /// <summary>Leaves out what is empty.</summary>
    private void Text(ReadOnlySpan<byte> member, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        _out.Raw(member);
        _out.Quoted(text);
        _out.Raw((byte)',');
    }

    /// <summary>Leaves out what is empty, and what the asked version does not know.</summary>
    private void Text(ReadOnlySpan<byte> member, ReadOnlySpan<byte> text, int since)
    {
        if (!text.IsEmpty && !Lacks(since)) Text(member, text);
    }

    /// <summary>Whether pick and omit leave a member of the Entity (ETSI GS CIM 009 4.21).</summary>
    private readonly bool Shows(string member) => _extent.IsWhole || _extent.Shows(member);

    private readonly bool Shows(Name name) => _extent.IsWhole || _extent.Shows(name.Iri);

    private readonly bool IsPlain() =>
        _shown is { Format: EntityFormat.Normalized, SysAttrs: false } && _minor == Introduced.All
        && !_follows && _extent.IsWhole && _language is null && _datasetIds.Length == 0;
}
