using System.Text;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// An Entity in the form that is kept: one block of bytes in which names are numbers (<see cref="Name"/>), values are verbatim
/// UTF-8 JSON, and system times are integers. Readers, matchers and the store walk it in place; nothing is parsed twice.
/// </summary>
public sealed class PackedEntity
{
    private readonly byte[] _bytes;

    internal PackedEntity(byte[] bytes) => _bytes = bytes;

    /// <summary>The durable form, without the meaning of its name numbers.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Decoded at each call.</summary>
    public string Id => Encoding.UTF8.GetString(IdUtf8);

    /// <summary>Unescaped UTF-8.</summary>
    public ReadOnlySpan<byte> IdUtf8
    {
        get
        {
            var at = IdAt;
            return PackedLayout.Text(_bytes, ref at);
        }
    }

    public int TypeCount => PackedLayout.Int(_bytes, PackedLayout.TypeCountAt);

    public int ScopeCount
    {
        get
        {
            if ((Flags & EntityFlags.HasScopes) == 0) return 0;
            var at = BehindId;
            return PackedLayout.Length(_bytes, ref at);
        }
    }

    /// <summary>Whether the scope was given as an array: a single scope may have been.</summary>
    public bool ScopeIsArray => (Flags & EntityFlags.ScopeIsArray) != 0;

    public DateTimeOffset CreatedAt => new(CreatedAtTicks, TimeSpan.Zero);

    /// <summary>UTC ticks.</summary>
    public long CreatedAtTicks => PackedLayout.Long(_bytes, PackedLayout.EntityCreatedAt);

    public DateTimeOffset ModifiedAt => new(ModifiedAtTicks, TimeSpan.Zero);

    /// <summary>UTC ticks.</summary>
    public long ModifiedAtTicks => PackedLayout.Long(_bytes, PackedLayout.EntityModifiedAt);

    public Timestamp? ExpiresAt => ExpiresAtTicks is long.MaxValue
        ? null
        : new(new(ExpiresAtTicks, TimeSpan.Zero), Encoding.UTF8.GetString(ExpiresAtUtf8));

    /// <summary>UTC ticks; <see cref="long.MaxValue"/> where the Entity does not expire.</summary>
    public long ExpiresAtTicks =>
        (Flags & EntityFlags.HasExpiresAt) == 0 ? long.MaxValue : PackedLayout.Long(_bytes, BehindScopes);

    /// <summary>
    /// When the Entity or the first of its Attributes expires: UTC ticks; <see cref="long.MaxValue"/> where nothing does. One
    /// look at the flags tells most Entities that nothing does.
    /// </summary>
    public long NextExpiryTicks
    {
        get
        {
            if ((Flags & (EntityFlags.HasExpiresAt | EntityFlags.HasTransientAttributes)) == 0) return long.MaxValue;
            if ((Flags & EntityFlags.HasTransientAttributes) == 0) return ExpiresAtTicks;
            return Math.Min(ExpiresAtTicks, Transience.FirstExpiry(Attributes));
        }
    }

    /// <summary>The text as given; empty where the Entity does not expire.</summary>
    public ReadOnlySpan<byte> ExpiresAtUtf8
    {
        get
        {
            if ((Flags & EntityFlags.HasExpiresAt) == 0) return [];
            var at = BehindScopes + PackedLayout.InstantSize;
            return PackedLayout.Text(_bytes, ref at);
        }
    }

    /// <summary>Walks the Attribute instances in order.</summary>
    public PackedAttributes Attributes => new(
        _bytes, PackedLayout.Int(_bytes, PackedLayout.AttributesAt), _bytes.Length, PackedLayout.EntityCreatedAt);

    private EntityFlags Flags => (EntityFlags)_bytes[PackedLayout.EntityFlagsAt];

    private int IdAt => PackedLayout.TypesAt + TypeCount * PackedLayout.NameSize;

    private int BehindId
    {
        get
        {
            var at = IdAt;
            PackedLayout.Text(_bytes, ref at);
            return at;
        }
    }

    private int BehindScopes
    {
        get
        {
            var at = BehindId;
            if ((Flags & EntityFlags.HasScopes) == 0) return at;
            for (var left = PackedLayout.Length(_bytes, ref at); left > 0; left--) PackedLayout.Text(_bytes, ref at);
            return at;
        }
    }

    public Name TypeAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)TypeCount, nameof(index));
        return new(PackedLayout.Int(_bytes, PackedLayout.TypesAt + index * PackedLayout.NameSize));
    }

    public bool HasType(Name type)
    {
        var end = IdAt;
        for (var at = PackedLayout.TypesAt; at < end; at += PackedLayout.NameSize)
        {
            if (PackedLayout.Int(_bytes, at) == type.Id) return true;
        }

        return false;
    }

    public string ScopeAt(int index) => Encoding.UTF8.GetString(ScopeUtf8At(index));

    /// <summary>Unescaped UTF-8.</summary>
    public ReadOnlySpan<byte> ScopeUtf8At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ScopeCount, nameof(index));
        var at = BehindId;
        PackedLayout.Length(_bytes, ref at);
        for (; index > 0; index--) PackedLayout.Text(_bytes, ref at);
        return PackedLayout.Text(_bytes, ref at);
    }

    /// <exception cref="ArgumentException">Sub-attributes nest deeper than any reader lets in.</exception>
    public static PackedEntity Pack(Entity entity) => new(Packing.Pack(entity));

    /// <summary>The Entity that was packed. Its values share the bytes of this one.</summary>
    public Entity Unpack() => Unpacking.Unpack(this, _bytes);

    /// <summary>
    /// The Entity as it is to be seen at a time: without the Attributes that have expired, null where it has expired itself
    /// (ETSI GS CIM 009 4.22). The very same where nothing has.
    /// </summary>
    /// <param name="nowTicks">UTC ticks.</param>
    public PackedEntity? At(long nowTicks)
    {
        if (NextExpiryTicks > nowTicks) return this;
        if (ExpiresAtTicks <= nowTicks) return null;
        var entity = Unpack();
        return Pack(entity with { Attributes = Transience.Left(entity.Attributes, nowTicks) });
    }

    /// <summary>The Entity with only the Attributes of these names (its previous state in a change log, say).</summary>
    public PackedEntity Only(IReadOnlySet<string> attributeNames)
    {
        var length = PackedLayout.Int(_bytes, PackedLayout.AttributesAt);
        foreach (var attribute in Attributes)
        {
            if (attributeNames.Contains(attribute.Name.Iri)) length += attribute.Bytes.Length;
        }

        var kept = new byte[length];
        var at = PackedLayout.Int(_bytes, PackedLayout.AttributesAt);
        _bytes.AsSpan(0, at).CopyTo(kept);
        foreach (var attribute in Attributes)
        {
            if (!attributeNames.Contains(attribute.Name.Iri)) continue;
            attribute.Bytes.CopyTo(kept.AsSpan(at));
            at += attribute.Bytes.Length;
        }

        return new(kept);
    }

    /// <summary>
    /// Takes bytes that <see cref="Bytes"/> gave, perhaps in another process, whose name numbers are translated.
    /// </summary>
    /// <param name="bytes">Owned by the Entity from here on, and rewritten in place.</param>
    /// <param name="names">The name that a stored number stands for, or null where the numbers are those of this process.</param>
    /// <exception cref="InvalidDataException">The bytes are no packed Entity.</exception>
    public static PackedEntity FromBytes(byte[] bytes, Func<int, Name>? names)
    {
        new PackedCheck(bytes, names).Entity();
        return new(bytes);
    }
}
