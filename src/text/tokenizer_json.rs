//! A `tokenizer.json`, read and run by the Hugging Face tokenizers crate.

use super::decode::Step;
use super::json_check;
use super::strip::Strip;
use super::token::Token;
use super::unigram_json::JsonModel;
use crate::error::{Error, Result};
use tokenizers::decoders::DecoderWrapper;
use tokenizers::normalizers::replace::Replace;
use tokenizers::{
    NormalizedString, Normalizer, NormalizerWrapper, PostProcessor, PostProcessorWrapper,
    PreTokenizerWrapper, TokenizerImpl,
};

const EOS: &str = "</s>";

type Inner = TokenizerImpl<
    JsonModel,
    NormalizerWrapper,
    PreTokenizerWrapper,
    PostProcessorWrapper,
    DecoderWrapper,
>;

/// The tokenizer of a `tokenizer.json`.
pub(super) struct JsonTokenizer {
    inner: Inner,
    unk_id: Option<u32>,
    /// `</s>`, where the file has no post-processor that adds tokens.
    appended_eos: Option<u32>,
    n_vocab: usize,
}

impl JsonTokenizer {
    pub fn new(json: &[u8]) -> Result<JsonTokenizer> {
        json_check::check(json)?;
        let mut inner: Inner = serde_json::from_slice(json).map_err(|error| {
            Error::Tokenizer(format!(
                "tokenizer.json has a part that this engine does not read ({error}); \
                 give the file that the model's authors published"
            ))
        })?;
        json_check::check_post_processor(inner.get_post_processor())?;
        // Lengths are the caller's to decide, and silent cuts are not wanted.
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| failed(&*error))?;

        let Some(highest_id) = inner.get_model().highest_id() else {
            return Err(Error::Tokenizer(
                "the vocabulary in tokenizer.json is empty; fetch the file again".to_string(),
            ));
        };
        let added = inner.get_added_vocabulary().get_added_tokens_decoder();
        for token in added.values().filter(|token| token.normalized) {
            let mut content = NormalizedString::from(token.content.as_str());
            if let Some(normalizer) = inner.get_normalizer() {
                normalizer.normalize(&mut content).map_err(|error| failed(&*error))?;
            }
            // The crate would find it between all bytes of every text.
            if content.get().is_empty() {
                return Err(Error::Tokenizer(format!(
                    "tokenizer.json adds the token {:?}, of which its normalizer leaves nothing; \
                     add it with `normalized` false",
                    token.content
                )));
            }
        }
        let highest_id = added.keys().copied().fold(highest_id, u32::max);
        let mut tokenizer = JsonTokenizer {
            unk_id: inner.get_model().unk_id(),
            appended_eos: None,
            n_vocab: (highest_id as usize).saturating_add(1),
            inner,
        };
        tokenizer.settle_eos()?;
        Ok(tokenizer)
    }

    /// Finds out whether the file adds `</s>` itself, and that what it adds is in the vocabulary.
    fn settle_eos(&mut self) -> Result<()> {
        let adds_tokens = self
            .inner
            .get_post_processor()
            .is_some_and(|post_processor| post_processor.added_tokens(false) > 0);
        if !adds_tokens {
            self.appended_eos = Some(self.id(EOS).ok_or_else(|| {
                Error::Tokenizer(format!(
                    "tokenizer.json neither adds an end to the text nor has a `{EOS}` piece; \
                     give the tokenizer that belongs to the model"
                ))
            })?);
        }
        let outside = |token: &Token| token.id as usize >= self.n_vocab;
        match self.tokenize("")?.iter().find(|token| outside(token)) {
            Some(token) => Err(Error::Tokenizer(format!(
                "post_processor in tokenizer.json adds `{}` as id {}, but the highest id of the \
                 vocabulary is {}",
                token.piece,
                token.id,
                self.n_vocab - 1
            ))),
            None => Ok(()),
        }
    }

    /// The tokens of `text`, those of the post-processor included, with `</s>` at the end.
    pub fn tokenize(&self, text: &str) -> Result<Vec<Token>> {
        let encoding = self.inner.encode(text, true).map_err(|error| failed(&*error))?;
        let ids = encoding.get_ids().iter();
        let pieces = encoding.get_tokens().iter();
        let mut tokens: Vec<Token> = ids
            .zip(pieces)
            .zip(encoding.get_offsets())
            .map(|((&id, piece), &(start, end))| Token {
                id,
                piece: piece.clone(),
                source: start..end,
                unknown: Some(id) == self.unk_id,
            })
            .collect();
        if let Some(eos) = self.appended_eos {
            tokens.push(Token::special(eos, EOS, text.len()));
        }
        Ok(tokens)
    }

    /// The piece of an id.
    pub fn piece(&self, id: u32) -> Option<String> {
        self.inner.id_to_token(id)
    }

    /// The id of a piece.
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.inner.token_to_id(piece)
    }

    pub fn n_vocab(&self) -> usize {
        self.n_vocab
    }

    /// Whether decoding leaves this piece out when it skips special tokens.
    pub fn is_special(&self, piece: &str) -> bool {
        self.inner.get_added_vocabulary().is_special_token(piece)
    }

    /// The file's decoder as steps.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        match self.inner.get_decoder() {
            Some(decoder) => push_steps(decoder, &mut false, &mut steps),
            None => steps.push(Step::JoinWithSpaces),
        }
        steps
    }
}

/// Adds the steps of a decoder; `is_one` says whether an earlier one has made one piece of all.
fn push_steps(decoder: &DecoderWrapper, is_one: &mut bool, steps: &mut Vec<Step>) {
    let step = match decoder {
        DecoderWrapper::Sequence(sequence) => {
            for decoder in sequence.get_decoders() {
                push_steps(decoder, is_one, steps);
            }
            return;
        }
        // Pieces are handed on one after the other anyway; only what follows must know.
        DecoderWrapper::Fuse(_) => {
            *is_one = true;
            return;
        }
        DecoderWrapper::Strip(decoder) => {
            let strip =
                Strip { content: decoder.content, start: decoder.start, stop: decoder.stop };
            if *is_one { Step::StripWhole(strip) } else { Step::Strip(strip) }
        }
        DecoderWrapper::Replace(replace) if *is_one => match fixed_text(replace) {
            Some(from) => Step::ReplaceWhole { from, to: replace.content.clone() },
            None => Step::Whole(decoder.clone()),
        },
        _ if *is_one => Step::Whole(decoder.clone()),
        DecoderWrapper::Metaspace(_)
        | DecoderWrapper::WordPiece(_)
        | DecoderWrapper::Replace(_) => Step::Each(decoder.clone()),
        DecoderWrapper::ByteFallback(_) => Step::ByteFallback,
        DecoderWrapper::BPE(decoder) => Step::EndOfWord(decoder.suffix.clone()),
        DecoderWrapper::CTC(_) => Step::Distinct(decoder.clone()),
        DecoderWrapper::ByteLevel(_) => {
            *is_one = true;
            Step::ByteLevel
        }
    };
    steps.push(step);
}

/// The text that a `Replace` looks for, if it is no regular expression and not empty.
fn fixed_text(replace: &Replace) -> Option<String> {
    let json = serde_json::to_value(replace).ok()?;
    let text = json.get("pattern")?.get("String")?.as_str()?;
    (!text.is_empty()).then(|| text.to_string())
}

fn failed(error: &(dyn std::error::Error + Send + Sync)) -> Error {
    Error::Tokenizer(format!("the text cannot be read with this tokenizer.json: {error}"))
}
